package dev.outlive.systemtests;

import dev.outlive.ProcessPool;
import dev.outlive.monitor.PoolSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, with a limit that only a broken thing reaches. */
final class Await {
  static final Duration LIMIT = Duration.ofSeconds(30);
  private static final long PAUSE_NANOS = 2_000_000;

  private Await() {}

  static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + LIMIT.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** For a task: leaves a sign that it has begun. */
  static void leaveSign(String file) throws IOException {
    Files.createFile(Path.of(file));
  }

  static void sign(Path file) {
    until(file + " is there", () -> Files.exists(file));
  }

  /** Returns how the future failed, as {@code get} tells it. */
  static Throwable failure(Future<?> future) throws InterruptedException, TimeoutException {
    try {
      Object value = future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      throw new AssertionError("it returned " + value);
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  static <T> T result(Future<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  /** Waits until a worker has been given a task, begun or not, and returns its process. */
  static ProcessHandle busyWorker(ProcessPool pool) {
    until("a worker is busy", () -> workers(pool, PoolSnapshot.WorkerState.BUSY) > 0);
    return pool.snapshot().workers().stream()
        .filter(worker -> worker.state() == PoolSnapshot.WorkerState.BUSY)
        .map(worker -> ProcessHandle.of(worker.pid().getAsLong()).orElseThrow())
        .findFirst()
        .orElseThrow();
  }

  static long workers(ProcessPool pool, PoolSnapshot.WorkerState state) {
    return pool.snapshot().workers().stream().filter(worker -> worker.state() == state).count();
  }
}
