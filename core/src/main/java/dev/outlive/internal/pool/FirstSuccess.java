package dev.outlive.internal.pool;

import dev.outlive.task.TaskFuture;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits for the first of several futures that succeeds, and ends the others. */
public final class FirstSuccess {
  private FirstSuccess() {}

  /**
   * Returns the first result.
   *
   * @throws ExecutionException if none succeeds; the last failure
   * @throws TimeoutException if the time is over before
   * @throws IllegalArgumentException if there are no futures
   */
  public static <T> T of(List<TaskFuture<T>> futures, long nanos)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (futures.isEmpty()) {
      throw new IllegalArgumentException("at least one task is needed, tasks=[]");
    }
    BlockingQueue<TaskFuture<T>> ended = new LinkedBlockingQueue<>();
    for (TaskFuture<T> future : futures) {
      var _ = future.whenComplete((value, error) -> ended.add(future));
    }
    long start = System.nanoTime();
    try {
      return first(ended, futures.size(), nanos, start);
    } finally {
      futures.forEach(future -> future.cancel(true));
    }
  }

  private static <T> T first(BlockingQueue<TaskFuture<T>> ended, int count, long nanos, long start)
      throws InterruptedException, ExecutionException, TimeoutException {
    ExecutionException last = null;
    for (int i = 0; i < count; i++) {
      TaskFuture<T> next = poll(ended, nanos - (System.nanoTime() - start));
      try {
        return next.get();
      } catch (ExecutionException e) {
        last = e;
      } catch (CancellationException e) {
        last = new ExecutionException(e);
      }
    }
    throw failed(last);
  }

  private static ExecutionException failed(@Nullable ExecutionException last) {
    if (last == null) {
      throw new AssertionError("no future has ended");
    }
    return last;
  }

  private static <T> T poll(BlockingQueue<T> queue, long nanos)
      throws InterruptedException, TimeoutException {
    T next = queue.poll(nanos, TimeUnit.NANOSECONDS);
    if (next == null) {
      throw new TimeoutException("no task has succeeded in time");
    }
    return next;
  }
}
