package dev.outlive;

import dev.outlive.failure.PoolAbortedException;
import dev.outlive.failure.PoolBrokenException;
import dev.outlive.failure.TaskFailedException;
import dev.outlive.failure.TaskTimeoutException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.internal.pool.FirstSuccess;
import dev.outlive.internal.pool.FixedResult;
import dev.outlive.internal.pool.ForEach;
import dev.outlive.internal.pool.Intake;
import dev.outlive.internal.pool.OutcomeRun;
import dev.outlive.internal.pool.PoolRules;
import dev.outlive.internal.pool.Supervisor;
import dev.outlive.internal.pool.Verdicts;
import dev.outlive.monitor.KilledTask;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.spi.WorkerBackend;
import dev.outlive.task.Action;
import dev.outlive.task.ItemAction;
import dev.outlive.task.MapFailedException;
import dev.outlive.task.MapOptions;
import dev.outlive.task.Outcome;
import dev.outlive.task.Task;
import dev.outlive.task.TaskFunction;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * An executor whose workers are processes. A worker may be killed, crash, exit, fill its heap or
 * hang: the pool goes on, one task is affected, and its future says what killed it.
 *
 * <p>Tasks and their results travel as copies, by the JDK's serialisation. What cannot travel is
 * refused when it is submitted, in the caller's own stack.
 *
 * <p>Workers have this program's class path and modules. Classes that other loaders define (of a
 * program that {@code java Main.java} has compiled, of JShell, of plug-ins) they get from those
 * loaders, on threads of the pool; the loader must give their bytes by {@code getResourceAsStream}.
 * While a task is decoded, runs and is encoded, the loader of its class is the thread's context
 * class loader.
 *
 * <table>
 * <caption>What becomes of a task that has failed for good</caption>
 * <tr><th></th><th>submit, call, execute</th><th>map, mapAsync, forEach</th><th>outcomes</th></tr>
 * <tr><th>FAIL</th><td>its future fails</td><td>the run fails, its rest is cancelled</td>
 *     <td>a failed outcome</td></tr>
 * <tr><th>SKIP</th><td>as FAIL: a lone future must not hide a death</td><td>null in its place</td>
 *     <td>a failed outcome</td></tr>
 * <tr><th>ABORT</th><td colspan="3">the pool stops: running work is killed, all futures fail with
 *     {@link PoolAbortedException}, later work is rejected</td></tr>
 * </table>
 *
 * <p>Memory consistency: what a thread did before it submitted a task happens-before the task, and
 * the task happens-before what follows a return from its future, on the copies that travel.
 *
 * <p>Safe for use by many threads.
 */
public final class ProcessPool implements ExecutorService {
  private static final Logger LOG = System.getLogger(ProcessPool.class.getName());

  /** How far a stream of outcomes looks ahead, for each worker. */
  private static final int WINDOW_PER_WORKER = 4;

  private final String name;
  private final int workers;
  private final Supervisor supervisor;
  private final Intake intake;

  ProcessPool(ProcessPoolBuilder settings, PoolRules rules, WorkerBackend backend) {
    this.name = settings.name();
    this.workers = rules.crew().most();
    Verdicts verdicts =
        new Verdicts(
            name,
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
            settings.queueLimit(),
            settings.listeners());
    this.intake =
        new Intake(
            supervisor,
            verdicts,
            settings.loaders(),
            settings.taskRules(),
            settings.packing(),
            settings.submitStacks());
    supervisor.open();
    ProgramEnd.ends(name, supervisor, settings.grace().plusSeconds(2));
  }

  /** Returns a builder with the defaults. */
  public static ProcessPoolBuilder builder() {
    return new ProcessPoolBuilder();
  }

  // ---- single tasks

  /**
   * Submits a task and returns its future.
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

  /** Submits each of the tasks and returns their futures, in their order. */
  public <T> List<TaskFuture<T>> submitAll(Collection<? extends Task<T>> tasks) {
    List<TaskFuture<T>> futures = new ArrayList<>(tasks.size());
    for (Task<T> task : tasks) {
      futures.add(submit(task));
    }
    return futures;
  }

  /** As {@link #submit(Action)}; nobody asks for the outcome, so a failure is logged. */
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
                  if (error != null) {
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

  // ---- many inputs

  /**
   * Applies the function to each input and returns the outputs in the inputs' order. All inputs are
   * taken and encoded first; no input, no process.
   *
   * @return an unmodifiable list, with null for each input that was skipped (policy SKIP)
   * @throws MapFailedException if an input failed under the policy FAIL; the rest was cancelled
   * @throws PoolAbortedException if the pool was aborted
   * @throws PoolBrokenException if the pool broke
   * @throws IllegalArgumentException if the function or an input cannot travel
   * @throws NullPointerException if an input is null
   * @throws InterruptedException if the caller is interrupted; the run is then cancelled
   */
  public <I, O> List<O> map(TaskFunction<I, O> function, Iterable<? extends I> inputs)
      throws InterruptedException {
    return map(function, inputs, MapOptions.DEFAULTS);
  }

  /** As {@link #map(TaskFunction, Iterable)}, with options. */
  public <I, O> List<O> map(
      TaskFunction<I, O> function, Iterable<? extends I> inputs, MapOptions options)
      throws InterruptedException {
    return Waiting.await(name, mapAsync(function, inputs, options));
  }

  /**
   * As {@link #map(TaskFunction, Iterable)}, but returns a future at once. Its {@code whenComplete}
   * is called exactly once, also when workers were killed.
   */
  public <I, O> TaskFuture<List<O>> mapAsync(
      TaskFunction<I, O> function, Iterable<? extends I> inputs) {
    return mapAsync(function, inputs, MapOptions.DEFAULTS);
  }

  /** As {@link #mapAsync(TaskFunction, Iterable)}, with options. */
  public <I, O> TaskFuture<List<O>> mapAsync(
      TaskFunction<I, O> function, Iterable<? extends I> inputs, MapOptions options) {
    return intake.map(function, inputs, options);
  }

  /** As {@link #map(TaskFunction, Iterable)}, for functions without a result. */
  public <I> void forEach(ItemAction<I> action, Iterable<? extends I> inputs)
      throws InterruptedException {
    forEach(action, inputs, MapOptions.DEFAULTS);
  }

  /** As {@link #forEach(ItemAction, Iterable)}, with options. */
  public <I> void forEach(ItemAction<I> action, Iterable<? extends I> inputs, MapOptions options)
      throws InterruptedException {
    Objects.requireNonNull(action, "action");
    Waiting.await(name, intake.map(new ForEach<I>(action), inputs, options));
  }

  /**
   * Applies the function to each input and hands out the outcomes as they come, one for each input.
   * A task's failure is an outcome and never an exception; the policies FAIL and SKIP make no
   * difference.
   *
   * <p>Lazy: inputs are taken on the consumer's thread, and only some ahead of what it has
   * consumed, so they may be endless. Close the stream if it is not consumed to its end: that ends
   * its tasks. An exception of the inputs' iterator ends them too and is thrown to the consumer.
   *
   * @return a sequential stream, whose operations throw {@link RejectedExecutionException} once the
   *     pool takes no more tasks, and {@link CancellationException} if the consumer is interrupted
   */
  public <I, O> Stream<Outcome<O>> outcomes(
      TaskFunction<I, O> function, Iterable<? extends I> inputs) {
    return outcomes(function, inputs, MapOptions.DEFAULTS);
  }

  /** As {@link #outcomes(TaskFunction, Iterable)}, with options; a chunk size has no effect. */
  public <I, O> Stream<Outcome<O>> outcomes(
      TaskFunction<I, O> function, Iterable<? extends I> inputs, MapOptions options) {
    OutcomeRun<I, O> run =
        intake.open(function, inputs.iterator(), options, workers * WINDOW_PER_WORKER);
    return StreamSupport.stream(run, false).onClose(run::close);
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
    long until = System.nanoTime() + unit.toNanos(timeout);
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
    return FirstSuccess.of(Waiting.interruptibly(() -> submitTasks(tasks)), unit.toNanos(timeout));
  }

  private <T> List<TaskFuture<T>> submitTasks(Collection<? extends Callable<T>> tasks) {
    List<TaskFuture<T>> futures = new ArrayList<>(tasks.size());
    try {
      for (Callable<T> task : tasks) {
        futures.add(submit(task));
      }
    } catch (RuntimeException e) {
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
   * @return an empty list: what waited has futures, and those were cancelled
   */
  @Override
  public List<Runnable> shutdownNow() {
    supervisor.stop();
    return List.of();
  }

  /** Returns whether the pool takes no more tasks: shut down, aborted or broken. */
  @Override
  public boolean isShutdown() {
    return supervisor.snapshot().state() != PoolSnapshot.State.OPEN;
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

  // ---- looking in

  /** Returns what the pool is doing at this moment. */
  public PoolSnapshot snapshot() {
    return supervisor.snapshot();
  }

  /**
   * Returns the attempts that were lost with their worker, the oldest first; the last 10,000.
   * {@link #snapshot()} counts them all.
   */
  public List<KilledTask> killedTasks() {
    return supervisor.killedTasks();
  }

  /** Returns name, state and counts. */
  @Override
  public String toString() {
    PoolSnapshot now = snapshot();
    return String.format(
        "ProcessPool[%s, %s, workers=%d, queued=%d, running=%d, done=%d, failed=%d]",
        name,
        now.state(),
        now.workers().size(),
        now.queued(),
        now.running(),
        now.done(),
        now.failed());
  }
}
