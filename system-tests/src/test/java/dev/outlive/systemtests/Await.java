package dev.outlive.systemtests;

import dev.outlive.ProcessPool;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.os.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition, with a limit that only a broken thing reaches. */
public final class Await {
  public static final Duration LIMIT = Duration.ofSeconds(30);
  private static final long PAUSE_NANOS = 2_000_000;

  /** For workers that live for one task: half of a start's processor time is the compiler's. */
  public static final String QUICK_START = "-XX:TieredStopAtLevel=1";

  private Await() {}

  /** What is waited for. */
  @FunctionalInterface
  public interface Condition<X extends Exception> {
    boolean holds() throws X;
  }

  public static <X extends Exception> void until(String what, Condition<X> condition) throws X {
    until(LIMIT, what, condition);
  }

  public static <X extends Exception> void until(
      Duration limit, String what, Condition<X> condition) throws X {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + limit.toMillis() + " ms: " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  public static void gone(Duration limit, ProcessIdentity process) {
    until(limit, "the end of " + process, () -> !process.isAlive());
  }

  /** For a task: leaves a sign that it has begun. */
  public static void leaveSign(String file) throws IOException {
    Files.createFile(Path.of(file));
  }

  public static void sign(Path file) {
    until(file + " is there", () -> Files.exists(file));
  }

  /** Returns how the future failed, as {@code get} tells it. */
  public static Throwable failure(Future<?> future) throws InterruptedException, TimeoutException {
    try {
      Object value = future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      throw new AssertionError("it returned " + value);
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  public static <T> T result(Future<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  /** Waits until a worker has been given a task, begun or not, and returns its process. */
  public static ProcessHandle busyWorker(ProcessPool pool) {
    until("a worker is busy", () -> workers(pool, PoolSnapshot.WorkerState.BUSY) > 0);
    return pool.snapshot().workers().stream()
        .filter(worker -> worker.state() == PoolSnapshot.WorkerState.BUSY)
        .map(worker -> ProcessHandle.of(worker.pid().getAsLong()).orElseThrow())
        .findFirst()
        .orElseThrow();
  }

  public static long workers(ProcessPool pool, PoolSnapshot.WorkerState state) {
    return pool.snapshot().workers().stream().filter(worker -> worker.state() == state).count();
  }
}
