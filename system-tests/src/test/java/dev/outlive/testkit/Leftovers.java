package dev.outlive.testkit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** What {@link NoLeaks} sees, for a test that wants to judge for itself. */
public final class Leftovers {
  private static final long PAUSE_NANOS = 10_000_000;

  private final Holdings before = Holdings.now();

  /** Waits until nothing is left that was not there before; returns what is left at the limit. */
  public List<String> within(Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    List<String> left = Holdings.now().beyond(before);
    while (!left.isEmpty() && System.nanoTime() < until) {
      LockSupport.parkNanos(PAUSE_NANOS);
      left = Holdings.now().beyond(before);
    }
    return left;
  }
}
