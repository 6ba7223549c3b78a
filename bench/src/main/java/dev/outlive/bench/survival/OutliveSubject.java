package dev.outlive.bench.survival;

import dev.outlive.ProcessPool;
import dev.outlive.memory.OwnerDiedException;
import dev.outlive.memory.SharedLock;
import dev.outlive.task.Bytes;
import dev.outlive.task.Task;
import dev.outlive.task.TaskOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** A pool of Outlive, with default settings but for the number of workers and their heap. */
final class OutliveSubject implements Subject {
  /** Has room for the largest result and its encoded form. */
  private static final Bytes HEAP = Bytes.ofGibibytes(8);

  private final ProcessPool pool =
      ProcessPool.builder().name("survival").workers(WORKERS).maxHeap(HEAP).build();
  private Optional<SharedLock> lock = Optional.empty();

  @Override
  public <T> CompletableFuture<T> submit(Task<T> task) {
    return pool.submit(task);
  }

  @Override
  public <T> CompletableFuture<T> submit(Task<T> task, Duration limit) {
    return pool.submit(task, TaskOptions.DEFAULTS.withTimeout(limit));
  }

  @Override
  public <T> CompletableFuture<T> submit(
      Task<T> task, BiConsumer<? super T, ? super Throwable> callback) {
    CompletableFuture<T> future = pool.submit(task);
    var _ = future.whenComplete(callback);
    return future;
  }

  @Override
  public SharedLock lock() {
    SharedLock shared = lock.orElseGet(SharedLock::create);
    lock = Optional.of(shared);
    return shared;
  }

  @Override
  public String takeLock(Duration limit) throws InterruptedException {
    try {
      return lock().tryLock(limit.toNanos(), TimeUnit.NANOSECONDS) ? "got" : "stuck";
    } catch (OwnerDiedException e) {
      return "told";
    }
  }

  @Override
  public List<String> child() {
    return List.of("sleep", "600");
  }

  @Override
  public void close() {
    var _ = pool.shutdownNow();
    pool.close();
    lock.ifPresent(SharedLock::close);
  }
}
