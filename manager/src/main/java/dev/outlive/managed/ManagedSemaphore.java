package dev.outlive.managed;

import java.util.concurrent.TimeUnit;

/**
 * A semaphore in a manager's server, as {@link java.util.concurrent.Semaphore} is one within a
 * process. Safe for use by many threads, of many processes.
 *
 * <p>Permits belong to no thread, and any process may release them. What a process has acquired,
 * and nobody has released, is given back when the process ends, however it ends. So this is for
 * limits, not for signals: who is to consume what others produce takes a queue, a latch or an
 * event.
 */
public interface ManagedSemaphore {
  /**
   * Acquires a permit, waiting until there is one.
   *
   * @throws InterruptedException if this thread is interrupted; nothing was acquired then
   */
  void acquire() throws InterruptedException;

  /**
   * Acquires permits, waiting until there are as many.
   *
   * @param permits 0 or more
   * @throws InterruptedException if this thread is interrupted; nothing was acquired then
   */
  void acquire(int permits) throws InterruptedException;

  /** Acquires a permit if there is one now, and returns whether it did. */
  boolean tryAcquire();

  /** Acquires permits if there are as many now, and returns whether it did. */
  boolean tryAcquire(int permits);

  /**
   * Acquires a permit if there is one within a time, and returns whether it did.
   *
   * @throws InterruptedException if this thread is interrupted; nothing was acquired then
   */
  boolean tryAcquire(long timeout, TimeUnit unit) throws InterruptedException;

  /**
   * Gives back a permit.
   *
   * @throws IllegalStateException if the semaphore is bounded and has all of its permits
   */
  void release();

  /**
   * Gives back permits.
   *
   * @param permits 0 or more
   * @throws IllegalStateException if the semaphore is bounded and would have more than it began
   *     with
   */
  void release(int permits);

  /** Returns how many permits there are now. */
  int availablePermits();
}
