package dev.outlive.internal.client;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Attempts to change what others change at the same time. Between them there are pauses, random and
 * up to twice as long each time; who comes too late again and again asks the others for quiet, for
 * longer each time, so that none of them is always the last. Confined to one thread.
 */
final class Retry {
  private static final long FIRST_NANOS = 20_000; // about one call
  private static final int MOST_DOUBLINGS = 8;

  private static final int PATIENCE = 4;
  private static final long FIRST_QUIET_NANOS = 20_000_000;
  private static final long LONGEST_QUIET_NANOS = 5_000_000_000L; // if this process dies in it

  private int failed;

  /** Returns for how long the others are to be quiet during the next attempt. */
  long quietNanos() {
    return failed < PATIENCE
        ? 0
        : Math.min(FIRST_QUIET_NANOS << Math.min(failed - PATIENCE, 30), LONGEST_QUIET_NANOS);
  }

  /** Waits a little after an attempt that came too late. */
  void pause() {
    long most = FIRST_NANOS << Math.min(failed++, MOST_DOUBLINGS);
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most));
  }
}
