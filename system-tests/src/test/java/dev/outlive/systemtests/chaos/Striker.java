package dev.outlive.systemtests.chaos;

import dev.outlive.ProcessPool;
import dev.outlive.monitor.PoolSnapshot.Worker;
import dev.outlive.monitor.PoolSnapshot.WorkerState;
import dev.outlive.systemtests.process.Signal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Chooses workers of one pool and kills or stops them, none twice. Safe for many threads. */
final class Striker {
  private static final long PATIENCE_NANOS = 2_000_000_000L;
  private static final long PAUSE_NANOS = 500_000;

  private final ProcessPool pool;
  private final Books.Injector injector;
  private final Set<Integer> struck = ConcurrentHashMap.newKeySet();

  Striker(ProcessPool pool, Books.Injector injector) {
    this.pool = pool;
    this.injector = injector;
  }

  /** Kills one that is in the state, if there is one within two seconds. */
  void kill(Kind kind, WorkerState state, SplittableRandom random) {
    find(state, random).ifPresent(victim -> kill(kind, victim.number(), victim.pid().orElse(0)));
  }

  void kill(Kind kind, int worker, long pid) {
    injector.about(kind, worker, pid);
    // a number may have been given to another process since: only a child of ours is a worker
    boolean done =
        ProcessHandle.of(pid)
            .filter(handle -> handle.parent().equals(Optional.of(ProcessHandle.current())))
            .filter(ProcessHandle::destroyForcibly)
            .isPresent();
    if (done) {
      injector.done(kind, worker, pid);
    }
  }

  /** Stops one that is in the state, and has it go on after a while, or never. */
  void stop(Kind kind, WorkerState state, long micros, SplittableRandom random) throws Exception {
    Optional<Worker> found = find(state, random);
    if (found.isPresent()) {
      long pid = found.get().pid().orElse(0);
      injector.about(kind, found.get().number(), pid);
      if (Signal.STOP.reaches(pid)) {
        injector.done(kind, found.get().number(), pid);
        LockSupport.parkNanos(micros * 1_000);
        if (kind != Kind.FREEZE) {
          boolean _ = Signal.CONT.reaches(pid);
        }
      }
    }
  }

  /** From now on all may be chosen again. */
  void forget() {
    struck.clear();
  }

  private Optional<Worker> find(WorkerState state, SplittableRandom random) {
    long until = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() < until) {
      List<Worker> candidates =
          pool.snapshot().workers().stream()
              .filter(worker -> worker.state() == state && worker.pid().isPresent())
              .filter(worker -> !struck.contains(worker.number()))
              .toList();
      if (!candidates.isEmpty()) {
        Worker victim = candidates.get(random.nextInt(candidates.size()));
        if (struck.add(victim.number())) {
          return Optional.of(victim);
        }
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return Optional.empty();
  }
}
