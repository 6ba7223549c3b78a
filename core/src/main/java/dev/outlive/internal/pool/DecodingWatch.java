package dev.outlive.internal.pool;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks once a second at the tickets whose jobs are being done, and has those given up that decode
 * for too long. While there are none it does nothing. Safe for use by many threads.
 */
final class DecodingWatch {
  private static final long LOOK_MILLIS = 1_000;

  private final ScheduledExecutorService clock;
  private final UserThreads users;
  private final Set<Ticket> busy = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean lookIsDue = new AtomicBoolean();
  private final Semaphore ends = new Semaphore(0);
  private volatile boolean ending;

  DecodingWatch(ScheduledExecutorService clock, UserThreads users) {
    this.clock = clock;
    this.users = users;
  }

  /** The jobs of this ticket are done from now on. */
  void begin(Ticket ticket) {
    busy.add(ticket);
    lookLater();
  }

  /** All jobs of this ticket are done. */
  void end(Ticket ticket) {
    busy.remove(ticket);
    if (ending) {
      ends.release();
    }
  }

  private void lookLater() {
    if (!lookIsDue.get() && lookIsDue.compareAndSet(false, true)) {
      try {
        var _ = clock.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        // the pool ends: lookToTheEnd follows
      }
    }
  }

  private void look() {
    lookIsDue.set(false);
    lookNow();
    if (!busy.isEmpty()) {
      lookLater();
    }
  }

  private void lookNow() {
    long now = System.nanoTime();
    busy.forEach(ticket -> ticket.giveUpIfTooSlow(now, users));
  }

  /** The clock has ended: goes on here while there is something that may be too slow. */
  void lookToTheEnd() {
    ending = true;
    try {
      while (busy.stream().anyMatch(Ticket::isWaitedFor)) {
        var _ = ends.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        lookNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
