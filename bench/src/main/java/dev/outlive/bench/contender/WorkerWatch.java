package dev.outlive.bench.contender;

import dev.outlive.monitor.PoolEvent;
import dev.outlive.monitor.PoolListener;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** Notes when a pool tells of its workers. Safe for use by many threads. */
final class WorkerWatch implements PoolListener {
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final Map<Long, Integer> workers = new LinkedHashMap<>(); // by process id
  private final Map<Integer, Long> dying = new LinkedHashMap<>();
  private int alive;
  private long lastReady;

  @Override
  public synchronized void on(PoolEvent event) {
    long now = System.nanoTime();
    switch (event) {
      case PoolEvent.WorkerReady ready -> {
        workers.put(ready.pid(), ready.worker());
        alive++;
        lastReady = now;
      }
      case PoolEvent.WorkerDying death -> {
        dying.put(death.worker(), now);
        alive--;
      }
      default -> {}
    }
    notifyAll();
  }

  /** Waits until so many workers are ready; returns when the last became so. */
  synchronized long awaitReady(int number) throws InterruptedException, TimeoutException {
    long until = System.nanoTime() + PATIENCE_NANOS;
    while (alive < number) {
      wait(millisUntil(until, number + " workers are not ready, but " + alive));
    }
    return lastReady;
  }

  /** Waits for the first notice of the death of a process; returns when it came. */
  synchronized long awaitNotice(long pid) throws InterruptedException, TimeoutException {
    long until = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      Integer worker = workers.get(pid);
      Long noticed = worker == null ? null : dying.get(worker);
      if (noticed != null) {
        return noticed;
      }
      wait(millisUntil(until, "no notice of the death of process " + pid));
    }
  }

  private static long millisUntil(long until, String what) throws TimeoutException {
    long left = until - System.nanoTime();
    if (left <= 0) {
      throw new TimeoutException(what);
    }
    return 1 + left / 1_000_000;
  }

  /** The processes of those that are ready and not known to die. */
  synchronized List<Long> alive() {
    return workers.entrySet().stream()
        .filter(worker -> !dying.containsKey(worker.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The processes of all workers so far. */
  synchronized List<Long> pids() {
    return List.copyOf(workers.keySet());
  }
}
