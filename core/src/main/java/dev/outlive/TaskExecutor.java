package dev.outlive;

import dev.outlive.failure.PoolAbortedException;
import dev.outlive.failure.PoolBrokenException;
import dev.outlive.failure.TaskFailedException;
import dev.outlive.failure.TaskTimeoutException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.internal.pool.Chronicle;
import dev.outlive.internal.pool.FirstSuccess;
import dev.outlive.internal.pool.FixedResult;
import dev.outlive.internal.pool.Intake;
import dev.outlive.internal.pool.PoolRules;
import dev.outlive.internal.pool.Supervisor;
import dev.outlive.internal.pool.Verdicts;
import dev.outlive.spi.WorkerBackend;
import dev.outlive.task.Action;
import dev.outlive.task.Task;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The part of a pool that takes single tasks and has an end: what {@link ExecutorService} knows.
 *
 * <p>Safe for use by many threads. Long, as each way to submit has its own signature.
 */
abstract class TaskExecutor implements ExecutorService {
  private static final Logger LOG = System.getLogger(ProcessPool.class.getName());

  final String name;
  final Supervisor supervisor;
  final Chronicle chronicle;
  final Intake intake;

  TaskExecutor(ProcessPoolBuilder settings, PoolRules rules, WorkerBackend backend) {
    this.name = settings.name();
    this.chronicle = new Chronicle(name, settings.history(), settings.listeners());
    Verdicts verdicts =
        new Verdicts(
            chronicle,
            settings.allowedResults(),
            settings.maxResultBytes(),
            settings.decodeLimit(),
            settings.userCodec());
    this.supervisor =
        new Supervisor(
            verdicts,
            rules,
            backend,
            settings.poolOutput(),
            settings.loaders(),
            settings.workerCode(settings.packing()),
            settings.queueLimit());
    this.intake =
        new Intake(
            supervisor,
            verdicts,
            settings.loaders(),
            settings.taskRules(),
            settings.packing(),
            settings.submitStacks());
  }

  // ---- single tasks

  /**
   * Submits a task and returns its future.
   *
   * {@snippet file="dev/outlive/snippets/PoolSnippets.java" region="submit"}
   *
   * @throws IllegalArgumentException if the task cannot travel, or would get a copy of what exists
   *     to be shared; the message names the path to it, and the cure
   * @throws RejectedExecutionException if the pool was shut down, aborted or is broken (the cause
   *     says why); if the queue is full under the policy REJECT; or if the caller is interrupted
   *     while it waits for room in the queue, which leaves the interrupt flag set
   */
  public <T> TaskFuture<T> submit(Task<T> task) {
    return intake.submit(task, TaskOptions.DEFAULTS);
  }

  /** As {@link #submit(Task)}, with options. */
  public <T> TaskFuture<T> submit(Task<T> task, TaskOptions options) {
    return intake.submit(task, options);
  }

  /** As {@link #submit(Task)}, for work without a result. */
  public TaskFuture<Void> submit(Action action) {
    return intake.submit(action, TaskOptions.DEFAULTS);
  }

  /** As {@link #submit(Action)}, with options. */
  public TaskFuture<Void> submit(Action action, TaskOptions options) {
    return intake.submit(action, options);
  }

  /**
   * As {@link #submit(Task)}, for a callable that is serialisable though its type does not say so.
   *
   * @throws IllegalArgumentException if it is not; use {@link #submit(Task)} for lambdas
   */
  @Override
  public <T> TaskFuture<T> submit(Callable<T> callable) {
    return intake.submit(callable, TaskOptions.DEFAULTS);
  }

  /** As {@link #submit(Callable)}, with options. */
  public <T> TaskFuture<T> submit(Callable<T> callable, TaskOptions options) {
    return intake.submit(callable, options);
  }

  /**
   * As {@link #submit(Action)}, for a runnable that is serialisable though its type does not say
   * so.
   *
   * @throws IllegalArgumentException if it is not; use {@link #submit(Action)} for lambdas
   */
  @Override
  public TaskFuture<?> submit(Runnable runnable) {
    return intake.submit(runnable, TaskOptions.DEFAULTS);
  }

  /** As {@link #submit(Runnable)}, with options. */
  public TaskFuture<?> submit(Runnable runnable, TaskOptions options) {
    return intake.submit(runnable, options);
  }

  /** As {@link #submit(Runnable)}; the given result, which stays here, is that of the future. */
  @Override
  public <T> Future<T> submit(Runnable runnable, T result) {
    TaskFuture<Void> work = intake.submit(runnable, TaskOptions.DEFAULTS);
    return new FixedResult<>(work, result);
  }

  /**
   * Submits each of the tasks and returns their futures, in their order. Where one is refused,
   * those before it are cancelled.
   *
   * @throws IllegalArgumentException if a task cannot travel
   * @throws NullPointerException if one is null
   * @throws RejectedExecutionException if the pool takes no more tasks
   */
  public <T> List<TaskFuture<T>> submitAll(Collection<? extends Task<T>> tasks) {
    return submitTasks(tasks);
  }

  /**
   * Submits all tasks, waits for the first success and returns its result. The work of the others
   * is ended. It is {@link #invokeAny(Collection)} for tasks, with the exceptions of {@link
   * #call(Task)}: where none succeeds, the last failure is thrown.
   *
   * @throws IllegalArgumentException if there are no tasks, or one cannot travel
   * @throws TaskFailedException if the last task threw; the cause is its own exception
   * @throws WorkerDiedException if its worker died
   * @throws TaskTimeoutException if it ran too long
   * @throws PoolAbortedException if the pool was aborted
   * @throws PoolBrokenException if the pool broke
   * @throws CancellationException if the pool was shut down at once
   * @throws InterruptedException if the caller is interrupted; all are then cancelled
   */
  public <T> T anyOf(Collection<? extends Task<T>> tasks) throws InterruptedException {
    return Waiting.first(name, Waiting.interruptibly(() -> submitTasks(tasks)));
  }

  /**
   * As {@link #submit(Action)}; nobody asks for the outcome, so a failure is logged. An end with
   * the pool is none.
   */
  public void execute(Action action) {
    execute((Runnable) action);
  }

  /**
   * As {@link #execute(Action)}, for a runnable that is serialisable though its type does not say
   * so.
   */
  @Override
  public void execute(Runnable runnable) {
    var _ =
        submit(runnable)
            .whenComplete(
                (value, error) -> {
                  if (error != null && !(error instanceof CancellationException)) {
                    LOG.log(Level.WARNING, "pool \"" + name + "\": an executed task failed", error);
                  }
                });
  }

  /**
   * Submits a task, waits for it and returns its result.
   *
   * @throws TaskFailedException if the task threw; the cause is its own exception
   * @throws WorkerDiedException if its worker died
   * @throws TaskTimeoutException if it ran too long
   * @throws PoolAbortedException if the pool was aborted
   * @throws PoolBrokenException if the pool broke
   * @throws CancellationException if the pool was shut down at once
   * @throws InterruptedException if the caller is interrupted; the task is then cancelled
   */
  public <T> T call(Task<T> task) throws InterruptedException {
    return Waiting.await(name, Waiting.interruptibly(() -> submit(task)));
  }

  /** As {@link #call(Task)}, for work without a result. */
  public void call(Action action) throws InterruptedException {
    Waiting.await(name, Waiting.interruptibly(() -> submit(action)));
  }

  // ---- ExecutorService's own many

  @Override
  public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks)
      throws InterruptedException {
    return Waiting.forAll(Waiting.interruptibly(() -> submitTasks(tasks)));
  }

  @Override
  public <T> List<Future<T>> invokeAll(
      Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException {
    long until = System.nanoTime() + Math.max(0, unit.toNanos(timeout));
    return Waiting.forAll(Waiting.interruptibly(() -> submitTasks(tasks)), until);
  }

  @Override
  public <T> T invokeAny(Collection<? extends Callable<T>> tasks)
      throws InterruptedException, ExecutionException {
    try {
      return FirstSuccess.of(Waiting.interruptibly(() -> submitTasks(tasks)), Long.MAX_VALUE);
    } catch (TimeoutException e) {
      throw new AssertionError("a wait without a limit has timed out", e);
    }
  }

  @Override
  public <T> T invokeAny(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    long nanos = Math.max(0, unit.toNanos(timeout));
    return FirstSuccess.of(Waiting.interruptibly(() -> submitTasks(tasks)), nanos);
  }

  private <T> List<TaskFuture<T>> submitTasks(Collection<? extends Callable<T>> tasks) {
    List<TaskFuture<T>> futures = new ArrayList<>(tasks.size());
    try {
      for (Callable<T> task : tasks) {
        futures.add(submit(task));
      }
    } catch (RuntimeException | Error e) {
      Waiting.cancelAll(futures);
      throw e;
    }
    return futures;
  }

  // ---- the end

  /** Takes no more tasks and ends when those that came are finished. Does not wait. */
  @Override
  public void shutdown() {
    supervisor.shutdown();
  }

  /**
   * Ends all work now: running tasks are killed with their workers, all futures are cancelled. Does
   * not wait.
   *
   * @return an empty list, as {@link java.util.concurrent.ForkJoinPool} does: what waited has
   *     futures, and they say that it was cancelled, and after how many attempts
   */
  @Override
  public List<Runnable> shutdownNow() {
    supervisor.stop();
    return List.of();
  }

  /** Returns whether the pool takes no more tasks: shut down, aborted or broken. */
  @Override
  public boolean isShutdown() {
    return !supervisor.isOpen();
  }

  /** Returns whether the pool has ended and no worker, thread or file of it is left. */
  @Override
  public boolean isTerminated() {
    return supervisor.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return supervisor.awaitTermination(unit.toNanos(timeout));
  }
}
