package dev.outlive.managed;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A pool of things that are expensive to make, in a manager's server: who needs one borrows it, or
 * has it made while there are fewer than the limit, or waits for one to be given back. Safe for use
 * by many threads, of many processes.
 *
 * <p>What a process had borrowed when it ended is given back at once, or destroyed: {@link
 * ResourceOptions#whenBorrowerDies}.
 *
 * {@snippet file="dev/outlive/snippets/ManagerSnippets.java" region="resources"}
 *
 * @param <T> the things: serialisable, or proxies of managed objects
 */
public interface ResourcePool<T> {
  /**
   * Borrows a thing, waiting until there is one.
   *
   * @throws InterruptedException if this thread is interrupted; nothing was borrowed then
   * @throws RuntimeException what the factory has thrown; a checked exception is the cause of a
   *     {@link ManagerException}
   */
  Resource<T> borrow() throws InterruptedException;

  /**
   * Borrows a thing, waiting at most so long for one to be given back. To make one takes as long as
   * it takes.
   *
   * @throws InterruptedException if this thread is interrupted; nothing was borrowed then
   * @throws TimeoutException if the time is over; the message says who has them
   */
  Resource<T> borrow(long timeout, TimeUnit unit) throws InterruptedException, TimeoutException;

  /** Returns how many things there are, borrowed or not. */
  int size();

  /** Returns how many of them are not borrowed. */
  int idle();

  /** Returns how many things were made since the pool began. */
  long made();
}
