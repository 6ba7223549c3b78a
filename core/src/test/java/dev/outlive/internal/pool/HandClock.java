package dev.outlive.internal.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A clock that a test turns by hand: what was scheduled runs when the test says so. */
final class HandClock extends ScheduledThreadPoolExecutor {
  private final List<Runnable> scheduled = new ArrayList<>(); // guarded by itself

  HandClock() {
    super(0);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable job, long delay, TimeUnit unit) {
    synchronized (scheduled) {
      scheduled.add(job);
    }
    return super.schedule(() -> {}, 1, TimeUnit.DAYS);
  }

  /** Runs what is scheduled now, on the caller's thread. */
  void tick() {
    List<Runnable> due;
    synchronized (scheduled) {
      due = List.copyOf(scheduled);
      scheduled.clear();
    }
    due.forEach(Runnable::run);
  }
}
