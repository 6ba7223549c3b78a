package dev.outlive.managed;

import java.util.concurrent.TimeUnit;

/**
 * A latch in a manager's server, as {@link java.util.concurrent.CountDownLatch} is one within a
 * process. Safe for use by many threads.
 */
public interface ManagedLatch {
  /** Counts down by one; at zero whoever waits goes on. */
  void countDown();

  /** Returns how many counts are left. */
  long getCount();

  /**
   * Waits until the count is zero.
   *
   * @throws InterruptedException if this thread is interrupted meanwhile
   */
  void await() throws InterruptedException;

  /**
   * Waits until the count is zero, or the time is over, and returns whether it is zero.
   *
   * @throws InterruptedException if this thread is interrupted meanwhile
   */
  boolean await(long timeout, TimeUnit unit) throws InterruptedException;
}
