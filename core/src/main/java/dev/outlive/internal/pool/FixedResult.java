package dev.outlive.internal.pool;

import dev.outlive.task.TaskFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The future of a runnable that was submitted with a result of its own. Safe for use by many
 * threads.
 *
 * @param <T> the type of the result
 */
public final class FixedResult<T> implements Future<T> {
  private final TaskFuture<Void> work;
  private final T result;

  /** Creates one; the result never travels. */
  public FixedResult(TaskFuture<Void> work, T result) {
    this.work = work;
    this.result = result;
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return work.cancel(mayInterruptIfRunning);
  }

  @Override
  public boolean isCancelled() {
    return work.isCancelled();
  }

  @Override
  public boolean isDone() {
    return work.isDone();
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    work.get();
    return result;
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    work.get(timeout, unit);
    return result;
  }
}
