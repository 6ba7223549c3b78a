package dev.outlive;

import dev.outlive.internal.pool.PoolRules;
import dev.outlive.spi.WorkerBackend;

/** Builds a pool on a backend that a test has made. */
public final class PoolOn {
  private PoolOn() {}

  public static ProcessPool backend(
      ProcessPoolBuilder settings, PoolRules rules, WorkerBackend backend) {
    return new ProcessPool(settings, rules, backend);
  }
}
