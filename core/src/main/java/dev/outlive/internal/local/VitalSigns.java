package dev.outlive.internal.local;

import dev.outlive.internal.diagnosis.Held;
import dev.outlive.internal.protocol.HeapUse;
import dev.outlive.os.MemoryKills;
import dev.outlive.os.ProcessIdentity;
import dev.outlive.spi.MemoryView;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every worker of a backend: once a second whether it is frozen ({@link FrozenRule}),
 * whether its exit hangs and what the kernel's OOM counters say; as often as need be how much
 * memory it holds ({@link MemoryGauge}); and at the memory of the machine ({@link HostWatch}). What
 * it saw last is evidence once a worker is dead.
 *
 * <p>One daemon thread, {@code outlive-<pool>-vitals}, started with the first worker or for whoever
 * is told of the machine, does all of it and calls back. A look that fails costs nobody anything:
 * the first failure is logged, and the next look is taken as usual. Where there is no {@code /proc}
 * there are only beats, and silence does not prove guilt: there nobody is ever called frozen. Safe
 * for use by many threads.
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

    /** It holds more memory than it may. */
    void overLimit(Held held);

    /** It holds more memory than a worker may that is to stay. */
    void grown(long heldBytes, long limitBytes);
  }

  /**
   * What one worker lets the others see of it. All of it is read on the vitals thread, and must not
   * block.
   *
   * @param number its number in its pool
   * @param beats how often it has beaten
   * @param heapAt when it last told of its heap, on the clock of {@link System#nanoTime}
   * @param heap what it said then
   * @param leaving whether an orderly exit has begun
   * @param debugged whether it was started with a debug agent: it may stand still at a breakpoint
   */
  record Signs(
      int number,
      LongSupplier beats,
      LongSupplier heapAt,
      Supplier<HeapUse> heap,
      BooleanSupplier leaving,
      boolean debugged) {}

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
  private @Nullable HostWatch host; // guarded by lock
  private @Nullable Thread thread; // guarded by lock
  private boolean changed; // guarded by lock
  private boolean closed; // guarded by lock
  private long wholeDue; // vitals thread only
  private final Set<String> warned = new HashSet<>(); // vitals thread only

  VitalSigns(String pool, Limits limits) {
    this.pool = pool;
    this.limits = limits;
    this.wholeDue = System.nanoTime() + limits.interval.toNanos();
  }

  /** Looks at a worker from now on, until the returned one is closed. */
  Watched watch(ProcessIdentity worker, Signs signs, MemoryGauge gauge, Listener listener) {
    Watched watched =
        new Watched(worker, signs, gauge, listener, limits, kills, this::forget, this::shared);
    synchronized (lock) {
      if (!closed) {
        workers.add(watched);
        start();
      }
    }
    return watched;
  }

  /** Looks at the memory of the machine from now on, whether there are workers or not. */
  void watchHost(Consumer<MemoryView> observer) {
    HostWatch watch = new HostWatch(observer);
    synchronized (lock) {
      if (!closed) {
        host = watch;
        start();
      }
    }
  }

  /** Looks at it at least ten times a second from now on, or no more. */
  void watchHostClosely(boolean closely) {
    synchronized (lock) {
      if (host != null) {
        host.closely(closely);
        wake();
      }
    }
  }

  /** Guarded by lock. Without a thread to be had, the next worker's start tries again. */
  private void start() {
    try {
      if (thread == null) {
        thread = Thread.ofPlatform().daemon().name("outlive-" + pool + "-vitals").start(this::run);
      }
      wake();
    } catch (OutOfMemoryError noThread) {
      LOG.log(Level.DEBUG, "pool \"{0}\": no thread to look at workers now", pool);
    }
  }

  /** Guarded by lock. Something may be due sooner than the thread knows. */
  private void wake() {
    changed = true;
    lock.notifyAll();
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
      host = null;
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

  // ---- the thread

  private void run() {
    try {
      long due = System.nanoTime();
      while (awaitDue(due)) {
        due = lookAround();
      }
    } catch (InterruptedException nobodyElseHasThisThread) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns at that time, or when something has changed; false when this was closed. */
  private boolean awaitDue(long due) throws InterruptedException {
    synchronized (lock) {
      for (long left = due - System.nanoTime();
          !closed && !changed && left > 0;
          left = due - System.nanoTime()) {
        lock.wait(left / 1_000_000, (int) (left % 1_000_000));
      }
      changed = false;
      return !closed;
    }
  }

  /** Takes all looks that are due, and returns when the next one is. */
  private long lookAround() {
    List<Watched> all;
    @Nullable HostWatch machine;
    synchronized (lock) {
      all = List.copyOf(workers);
      machine = host;
    }
    long now = System.nanoTime();
    if (machine != null && machine.due(now) - now <= 0) {
      HostWatch watch = machine;
      guarded(watch, () -> watch.look(now, pids(all), held(all)));
    }
    long room = machine == null ? Long.MAX_VALUE : machine.freeBytes();
    boolean whole = now - wholeDue >= 0;
    wholeDue = whole ? now + limits.interval.toNanos() : wholeDue;
    long next = machine == null ? wholeDue : sooner(wholeDue, machine.due(now));
    MemoryKills.Round round = new MemoryKills.Round();
    for (Watched worker : all) {
      if (whole) {
        guarded(worker, () -> worker.measureMemory(now));
        guarded(worker, () -> worker.look(now, round));
      } else if (worker.memoryIsDue(now, room)) {
        guarded(worker, () -> worker.lookAtMemory(now));
      }
      next = sooner(next, worker.memoryDue(room));
    }
    return next;
  }

  private static long sooner(long one, long other) {
    return one - other < 0 ? one : other;
  }

  private static List<Long> pids(List<Watched> workers) {
    return workers.stream().map(Watched::pid).toList();
  }

  private static Map<Integer, Long> held(List<Watched> workers) {
    Map<Integer, Long> held = new HashMap<>();
    for (Watched worker : workers) {
      worker.gauge().heldBytes().ifPresent(bytes -> held.put(worker.number(), bytes));
    }
    return held;
  }

  /** What goes wrong with the watching is told once of each kind, and touches no task. */
  private void guarded(Object what, Runnable look) {
    try {
      look.run();
    } catch (RuntimeException | OutOfMemoryError thrown) {
      boolean first = warned.add(what.getClass() + " " + thrown.getClass());
      LOG.log(
          first ? Level.WARNING : Level.DEBUG,
          "pool \""
              + pool
              + "\": a look at "
              + what
              + " failed ("
              + thrown.getMessage()
              + "). What depends on it is not done until one succeeds: limits on memory, the"
              + " verdict that a worker is frozen. The next look is taken as usual; this is told"
              + " once.",
          thrown);
    }
  }
}
