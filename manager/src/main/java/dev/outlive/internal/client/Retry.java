package dev.outlive.internal.client;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Pauses between the attempts to change what others change at the same time: random, and up to
 * twice as long each time, so that none of them is always the last. Confined to one thread.
 */
final class Retry {
  private static final long FIRST_NANOS = 20_000; // about one call
  private static final int MOST_DOUBLINGS = 8;

  private int failed;

  /** Waits a little after an attempt that came too late. */
  void pause() {
    long most = FIRST_NANOS << Math.min(failed++, MOST_DOUBLINGS);
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most));
  }
}
