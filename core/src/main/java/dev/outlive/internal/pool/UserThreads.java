package dev.outlive.internal.pool;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which the user's code runs in the pool's process: decoding and callbacks. One is
 * enough while its jobs are quick; when jobs wait and none is taken for a while, another is added,
 * up to a bound.
 *
 * <p>Never virtual threads: two spinning callbacks would freeze all virtual threads of the
 * application. Jobs of one ticket are kept in order by the ticket. Safe for use by many threads.
 */
final class UserThreads {
  private static final Logger LOG = System.getLogger(UserThreads.class.getName());
  private static final long SLOW_MILLIS = 100;
  static final int MOST_THREADS = 1_024;
  private static final long IDLE_SECONDS = 1;

  private final String name;
  private final ScheduledExecutorService clock;
  private final int most;
  private final ThreadPoolExecutor threads;
  private final DecodingWatch decodingWatch;
  private @Nullable ScheduledFuture<?> nextLook; // guarded by this

  UserThreads(String name, int most, ScheduledExecutorService clock) {
    this.name = name;
    this.most = most;
    this.clock = clock;
    this.threads =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name(name + "-", 1).factory());
    threads.allowCoreThreadTimeOut(true);
    this.decodingWatch = new DecodingWatch(clock, this);
  }

  /** What looks at the decoding that is done on these threads. */
  DecodingWatch decodingWatch() {
    return decodingWatch;
  }

  /** Goes on, on a thread of its own, with what one of these threads does not get done. */
  void goOn(Runnable job) {
    try {
      Thread.ofPlatform().daemon().name(name + "-late").start(job);
    } catch (OutOfMemoryError noThread) {
      execute(job);
    }
  }

  /** Takes a job in; where the machine has no thread left for it, it waits until there is one. */
  void execute(Runnable job) {
    try {
      threads.execute(job);
    } catch (OutOfMemoryError noThread) {
      threads.getQueue().add(job);
    }
    if (!threads.getQueue().isEmpty()) {
      watch();
    }
  }

  /**
   * Takes a job in that may as well be done by its caller; returns false where it is to do that.
   */
  boolean queue(Runnable job) {
    if (threads.getQueue().isEmpty()) {
      return false;
    }
    try {
      execute(job);
      return true;
    } catch (RejectedExecutionException closed) {
      return false;
    }
  }

  /** Takes a job in that belongs to no ticket; once these threads have ended, it has its own. */
  void executeAnyway(Runnable job) {
    Runnable guarded =
        () -> {
          try {
            job.run();
          } catch (Exception | Error e) { // also a checked one that was thrown sneakily
            LOG.log(Level.WARNING, name + ": a job that nobody waits for failed", e);
          }
        };
    try {
      execute(guarded);
    } catch (RejectedExecutionException ended) {
      Thread.ofPlatform().daemon().name(name + "-last").start(guarded);
    }
  }

  /** While jobs wait, looks now and then whether any is taken. */
  private synchronized void watch() {
    if (nextLook == null && !clock.isShutdown()) {
      long taken = taken();
      nextLook = clock.schedule(() -> look(taken), SLOW_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private long taken() {
    return threads.getTaskCount() - threads.getQueue().size();
  }

  private synchronized void look(long takenBefore) {
    nextLook = null;
    int waiting = threads.getQueue().size();
    if (waiting == 0) {
      return;
    }
    if (threads.getPoolSize() == 0) {
      startOne();
    }
    int size = threads.getCorePoolSize();
    if (taken() == takenBefore && size < most) {
      LOG.log(
          Integer.bitCount(size) == 1 ? Level.WARNING : Level.DEBUG,
          "{0}: a callback has run for over {1} ms and {2} jobs wait; thread {3} is added",
          name,
          SLOW_MILLIS,
          waiting,
          size + 1);
      threads.setMaximumPoolSize(size + 1);
      threads.setCorePoolSize(size + 1);
    }
    watch();
  }

  private void startOne() {
    try {
      threads.prestartCoreThread();
    } catch (OutOfMemoryError noThread) {
      LOG.log(Level.WARNING, "{0}: this machine has no thread left for callbacks", name);
    }
  }

  /**
   * Does what waits. A callback that still runs after the given time keeps its thread, and nobody
   * else waits for it: what is left is done on threads of its own.
   */
  void close(long millis) {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(millis, TimeUnit.MILLISECONDS)) {
        LOG.log(Level.WARNING, "{0}: a callback is still running; its thread stays behind", name);
        doWhatIsLeft();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One after the other while they are quick; beside each other where one is not. */
  private void doWhatIsLeft() throws InterruptedException {
    List<Runnable> left = new ArrayList<>();
    threads.getQueue().drainTo(left);
    for (Runnable job : left) {
      Thread.ofPlatform().daemon().name(name + "-last").start(job).join(Duration.ofMillis(2));
    }
  }
}
