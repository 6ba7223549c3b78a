package dev.outlive.manager;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition, with a limit that only a broken thing reaches. */
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final long PAUSE_NANOS = 1_000_000;

  private Await() {}

  /** What is waited for. */
  @FunctionalInterface
  public interface Condition<X extends Exception> {
    boolean holds() throws X;
  }

  public static <X extends Exception> void until(String what, Condition<X> condition) throws X {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + LIMIT.toMillis() + " ms: " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
