package dev.outlive.task;

import java.util.concurrent.CompletableFuture;

/**
 * The future of work in another process. It always completes, once: a worker that dies, in whatever
 * way, is a failure with a diagnosis and never silence.
 *
 * <p>{@code get()} throws an {@link java.util.concurrent.ExecutionException} whose cause is the
 * task's own exception in its own type, or {@code WorkerDiedException}, {@code
 * TaskTimeoutException}, {@code PoolAbortedException}, {@code PoolBrokenException}.
 *
 * <p>Completing it from outside ({@code complete}, {@code completeAsync}, {@code orTimeout} ...)
 * abandons the work, which is then ended as by {@code cancel(true)}: before this future is done, so
 * no callback can hold that up. Where the result arrives at the same moment one of the two wins,
 * and {@link #outcome()} agrees with it for ever.
 *
 * <p>Dependents ({@code thenApply}, {@code copy} ...) are plain {@code CompletableFuture}s:
 * cancelling or completing one never touches the work. Who wants that ties them:
 *
 * {@snippet file="dev/outlive/snippets/TaskSnippets.java" region="tied"}
 *
 * <p><b>Callbacks.</b> Each is called exactly once, when this future is done, whatever its end. If
 * the pool has completed it that is on a thread of the pool; otherwise on the thread that did, or
 * on the executor that was given; unlike the JDK's, {@code get} and {@code join} never run
 * callbacks. Those of one future run one after the other; in which order is open, as for every
 * {@code CompletableFuture} (the JDK's takes the last registered first): who needs one before the
 * other hangs it on the stage that the other returned. One that throws fails its own stage only.
 * One that never ends holds up nothing but those of its own future that come after it; give it an
 * executor.
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
   * <p>{@code cancel(true)} completes this future at once, unless it is done. Running work is
   * interrupted; if it does not end within the pool's grace its worker is killed.
   *
   * <p>{@code cancel(false)} cancels only what no worker is working at, and that then never starts
   * again: between two attempts or two inputs too. Otherwise it changes nothing, unlike that of
   * other futures: the work goes on, its result will be told, and this returns false. A worker is
   * at a task once it has begun to decode it.
   *
   * {@snippet file="dev/outlive/snippets/TaskSnippets.java" region="cancel"}
   *
   * @return whether this future is cancelled now, by this call or before
   */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return super.cancel(mayInterruptIfRunning);
  }

  /**
   * Returns how the task ended: from then on always the same. A future that was completed from
   * outside counts as cancelled, whatever value it was given.
   *
   * @throws IllegalStateException if it has not ended yet
   */
  public abstract Outcome<T> outcome();

  /**
   * Returns the statistics of the task, those of its {@link #outcome()}. For a run of {@code map}
   * they are those of the run as a whole: {@code attempts} is the highest number that an attempt at
   * one of its inputs had, and {@code lost} is empty.
   *
   * @throws IllegalStateException if it has not ended yet; what it does until then is in the pool's
   *     {@code snapshot()}
   */
  public TaskRecord record() {
    return outcome().record();
  }

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
