package dev.outlive.task;

import java.util.concurrent.CompletableFuture;

/**
 * The future of work in another process. It always completes: a worker that dies, in whatever way,
 * is a failure with a diagnosis and never silence.
 *
 * <p>{@code get()} throws an {@link java.util.concurrent.ExecutionException} whose cause is the
 * task's own exception in its own type, or {@code WorkerDiedException}, {@code
 * TaskTimeoutException}, {@code PoolAbortedException}, {@code PoolBrokenException}.
 *
 * <p>Completing it from outside ({@code complete}, {@code orTimeout} ...) abandons the work, which
 * is then cancelled. Dependents ({@code thenApply} ...) are plain stages: cancelling one never
 * touches the work; to tie them, cancel this future from the stage's own {@code whenComplete}.
 * Callbacks run on threads of the pool unless an executor is given; a slow one does not hold up
 * other futures.
 *
 * <p>Safe for use by many threads.
 *
 * @param <T> the type of the result
 */
public abstract class TaskFuture<T> extends CompletableFuture<T> {
  /** For the pool only. */
  protected TaskFuture() {}

  /**
   * Ends the work, or withdraws it if it has not started.
   *
   * <p>Running work is interrupted; if it does not end within the pool's grace its worker is
   * killed. The future is completed at once.
   *
   * @param mayInterruptIfRunning true: running work is ended too; false: only work that has not
   *     started is cancelled
   * @return true if this call cancelled the future, or it was cancelled before
   */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return super.cancel(mayInterruptIfRunning);
  }

  /**
   * Returns how the task ended. A future that was completed from outside counts as cancelled.
   *
   * @throws IllegalStateException if it has not ended yet
   */
  public abstract Outcome<T> outcome();

  /**
   * Returns what the task has printed: the last 64 KiB of each stream, in whole lines. Of a task
   * that was tried again, what its last attempt printed; of a run of {@code map}, what all its
   * items printed on all attempts, the lines of several workers as they came.
   *
   * <p>{@code out()} is what Java code printed to {@code System.out}. All else is {@code err()}:
   * what was printed to {@code System.err}, and what native code, children with inherited streams
   * and the JVM itself printed to either stream while the task was the one that ran. Text is UTF-8.
   * What threads print that an earlier task has left behind counts as the running task's.
   *
   * <p>Before the task has ended it returns what has come so far. After that it waits, for no more
   * than a second, until all has come; one that was cancelled may still be printing then.
   * Interrupted meanwhile, it returns what there is and leaves the interrupt flag set.
   *
   * @return nothing under {@code OutputMode.DISCARD}, and for a task that never came to a worker
   */
  public abstract TaskOutput output();

  /** Not supported: what a task did cannot be rewritten. */
  @Override
  public void obtrudeValue(T value) {
    throw new UnsupportedOperationException("the outcome of a task cannot be rewritten");
  }

  /** Not supported: what a task did cannot be rewritten. */
  @Override
  public void obtrudeException(Throwable error) {
    throw new UnsupportedOperationException("the outcome of a task cannot be rewritten");
  }
}
