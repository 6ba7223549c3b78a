package dev.outlive;

import dev.outlive.internal.pool.DecodeLimit;
import dev.outlive.internal.pool.PoolRules;
import dev.outlive.spi.WorkerBackend;
import java.time.Duration;

/** What a test may set of a pool, and a user may not. */
public final class PoolOn {
  private PoolOn() {}

  public static ProcessPool backend(
      ProcessPoolBuilder settings, PoolRules rules, WorkerBackend backend) {
    return new ProcessPool(settings, rules, backend);
  }

  /** Sets how long the decoding of any result may take. */
  public static ProcessPoolBuilder decodeLimit(ProcessPoolBuilder settings, Duration limit) {
    return settings.decodeLimit(new DecodeLimit(limit, 10 << 20));
  }
}
