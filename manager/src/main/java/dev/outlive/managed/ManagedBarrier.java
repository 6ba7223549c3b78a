package dev.outlive.managed;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A barrier in a manager's server, as {@link java.util.concurrent.CyclicBarrier} is one within a
 * process. Safe for use by many threads, of many processes.
 *
 * <p>A process that ends while it waits gives back its place: the barrier waits for another one,
 * and is not broken. An interrupt or a timeout breaks it, as in the JDK.
 */
public interface ManagedBarrier {
  /**
   * Waits until all parties are here.
   *
   * @return the place in which this one came: {@code getParties() - 1} for the first, 0 for the
   *     last
   * @throws InterruptedException if this thread is interrupted; the barrier is broken then
   * @throws BrokenBarrierException if the barrier is broken or reset meanwhile, or was broken
   *     before
   */
  int await() throws InterruptedException, BrokenBarrierException;

  /**
   * Waits until all parties are here, or the time is over.
   *
   * @return as {@link #await()}
   * @throws InterruptedException if this thread is interrupted; the barrier is broken then
   * @throws BrokenBarrierException if the barrier is broken or reset meanwhile, or was broken
   *     before
   * @throws TimeoutException if the time is over; the barrier is broken then
   */
  int await(long timeout, TimeUnit unit)
      throws InterruptedException, BrokenBarrierException, TimeoutException;

  /** Returns how many have to come. */
  int getParties();

  /** Returns how many wait now. */
  int getNumberWaiting();

  /** Returns whether it is broken. */
  boolean isBroken();

  /** Breaks it for whoever waits now, and makes it new for whoever comes. */
  void reset();
}
