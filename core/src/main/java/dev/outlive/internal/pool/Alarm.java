package dev.outlive.internal.pool;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Rings once, at the time that was set last. Guarded by the supervisor's lock. */
final class Alarm {
  private final ScheduledExecutorService clock;
  private final Runnable ring;
  private @Nullable ScheduledFuture<?> next;

  /**
   * Creates one.
   *
   * @param ring what is done then, on the clock's thread
   */
  Alarm(ScheduledExecutorService clock, Runnable ring) {
    this.clock = clock;
    this.ring = ring;
  }

  /** Is to ring at this time, and not when it was to before. */
  void set(long atNanos) {
    ScheduledFuture<?> before = next;
    if (before != null) {
      before.cancel(false);
    }
    next = clock.schedule(ring, Math.max(0, atNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
  }
}
