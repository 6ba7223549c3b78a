package dev.outlive.managed;

import java.util.concurrent.TimeUnit;

/** A flag in a manager's server that can be waited for. Safe for use by many threads. */
public interface ManagedEvent {
  /** Sets it: whoever waits goes on. */
  void set();

  /** Clears it: whoever comes now waits. */
  void clear();

  /** Returns whether it is set. */
  boolean isSet();

  /**
   * Waits until it is set.
   *
   * @throws InterruptedException if this thread is interrupted meanwhile
   */
  void await() throws InterruptedException;

  /**
   * Waits until it is set, or the time is over, and returns whether it is.
   *
   * @throws InterruptedException if this thread is interrupted meanwhile
   */
  boolean await(long timeout, TimeUnit unit) throws InterruptedException;
}
