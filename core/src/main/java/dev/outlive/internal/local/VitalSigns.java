package dev.outlive.internal.local;

import dev.outlive.os.MemoryKills;
import dev.outlive.os.ProcessIdentity;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every worker of a backend once in an interval: whether it is frozen ({@link
 * FrozenRule}), whether its exit hangs, how much memory it holds, what the kernel's OOM counters
 * say. What it saw last is evidence once the worker is dead.
 *
 * <p>One daemon thread, {@code outlive-<pool>-vitals}, started with the first worker, does all of
 * it and calls back. Where there is no {@code /proc} there are only beats, and silence does not
 * prove guilt: there nobody is ever called frozen. Safe for use by many threads.
 */
final class VitalSigns implements AutoCloseable {
  private static final Logger LOG = System.getLogger(VitalSigns.class.getName());
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  /** Is told what became of one worker: each at most once, on the vitals thread. Must not block. */
  interface Listener {
    /** The worker is frozen; the evidence is one sentence. */
    void frozen(String evidence);

    /** An orderly exit began, and has not ended within the grace. */
    void hungExit(String evidence);
  }

  /**
   * What one worker lets the others see of it.
   *
   * @param beats how often it has beaten; read on the vitals thread, must not block
   * @param leaving whether an orderly exit has begun; likewise
   * @param debugged whether it was started with a debug agent: it may stand still at a breakpoint
   */
  record Signs(LongSupplier beats, BooleanSupplier leaving, boolean debugged) {}

  /**
   * How long until a worker is called frozen, or its exit hung.
   *
   * @param interval between two looks at a worker
   */
  record Limits(Duration interval, Duration frozenAfter, Duration grace) {
    static final Limits DEFAULT =
        new Limits(Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(5));

    Limits {
      if (interval.toNanos() < 1 || frozenAfter.isNegative() || grace.isNegative()) {
        throw new IllegalArgumentException(
            "interval must be > 0, frozenAfter and grace >= 0: "
                + interval
                + " "
                + frozenAfter
                + " "
                + grace);
      }
    }
  }

  private final String pool;
  private final Limits limits;
  private final MemoryKills kills = MemoryKills.ofThisMachine();
  private final Object lock = new Object();
  private final List<Watched> workers = new ArrayList<>(); // guarded by lock
  private @Nullable Thread thread; // guarded by lock
  private boolean closed; // guarded by lock

  VitalSigns(String pool, Limits limits) {
    this.pool = pool;
    this.limits = limits;
  }

  /** Looks at a worker from now on, until the returned one is closed. */
  Watched watch(ProcessIdentity worker, Signs signs, Listener listener) {
    Watched watched =
        new Watched(worker, signs, listener, limits, kills, this::forget, this::shared);
    synchronized (lock) {
      if (!closed) {
        workers.add(watched);
        start();
      }
    }
    return watched;
  }

  /** Guarded by lock. Without a thread to be had, the next worker's start tries again. */
  private void start() {
    try {
      if (thread == null) {
        thread = Thread.ofPlatform().daemon().name("outlive-" + pool + "-vitals").start(this::run);
      }
    } catch (OutOfMemoryError noThread) {
      LOG.log(Level.DEBUG, "pool \"{0}\": no thread to look at workers now", pool);
    }
  }

  /** Whether another worker of this pool is in the same control group. */
  private boolean shared(Watched worker) {
    String group = worker.killsBefore().ownPath();
    List<Watched> others;
    synchronized (lock) {
      others = List.copyOf(workers);
    }
    return others.stream()
        .anyMatch(other -> other != worker && other.killsBefore().ownPath().equals(group));
  }

  private void forget(Watched worker) {
    synchronized (lock) {
      workers.remove(worker);
    }
  }

  /** Ends the thread; what was seen stays readable. */
  @Override
  public void close() {
    Thread last;
    synchronized (lock) {
      closed = true;
      workers.clear();
      lock.notifyAll();
      last = thread;
    }
    try {
      if (last != null && !last.equals(Thread.currentThread())) {
        last.join(CLOSE_LIMIT);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (awaitNext()) {
        List<Watched> all;
        synchronized (lock) {
          all = List.copyOf(workers);
        }
        all.forEach(this::look);
      }
    } catch (InterruptedException nobodyElseHasThisThread) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns false when this was closed. */
  private boolean awaitNext() throws InterruptedException {
    long end = System.nanoTime() + limits.interval.toNanos();
    synchronized (lock) {
      for (long left = limits.interval.toNanos();
          !closed && left > 0;
          left = end - System.nanoTime()) {
        lock.wait(left / 1_000_000, (int) (left % 1_000_000));
      }
      return !closed;
    }
  }

  private void look(Watched worker) {
    try {
      worker.look(System.nanoTime());
    } catch (RuntimeException | OutOfMemoryError thrown) {
      LOG.log(Level.DEBUG, "pool \"" + pool + "\": cannot look at " + worker, thrown);
    }
  }
}
