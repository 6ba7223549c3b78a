package dev.outlive;

import dev.outlive.failure.PoolAbortedException;
import dev.outlive.failure.PoolBrokenException;
import dev.outlive.internal.pool.ForEach;
import dev.outlive.internal.pool.PoolRules;
import dev.outlive.internal.pool.RunSpliterator;
import dev.outlive.monitor.KilledTask;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.spi.WorkerBackend;
import dev.outlive.task.ItemAction;
import dev.outlive.task.MapFailedException;
import dev.outlive.task.MapOptions;
import dev.outlive.task.Outcome;
import dev.outlive.task.TaskFunction;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskRecord;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Gatherer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * An executor whose workers are processes. A worker may be killed, crash, exit, fill its heap or
 * hang: the pool goes on, one task is affected, and its future says what killed it.
 *
 * {@snippet file="dev/outlive/snippets/PoolSnippets.java" region="first"}
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
 * <tr><th></th><th>submit, call, execute</th><th>map, mapAsync, forEach, stream</th><th>outcomes</th></tr>
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
public final class ProcessPool extends TaskExecutor {
  private final int workers;

  ProcessPool(ProcessPoolBuilder settings, PoolRules rules, WorkerBackend backend) {
    super(settings, rules, backend);
    this.workers = rules.crew().most();
    supervisor.open();
    ProgramEnd.ends(name, supervisor, settings.drainAtExit(), settings.grace().plusSeconds(2));
  }

  /** Returns a builder with the defaults. */
  public static ProcessPoolBuilder builder() {
    return new ProcessPoolBuilder();
  }

  // ---- many inputs

  /**
   * Applies the function to each input and returns the outputs in the inputs' order. All inputs are
   * taken and encoded first; no input, no process.
   *
   * {@snippet file="dev/outlive/snippets/PoolSnippets.java" region="map"}
   *
   * @return an unmodifiable list, with null for each input that was skipped (policy SKIP). It keeps
   *     numbers without an object for each, and makes one whenever it is asked: compare them with
   *     equals
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

  // ---- streams

  /**
   * Applies the function to each input as the returned stream is consumed, and hands the outputs
   * out in the inputs' order.
   *
   * <p>Lazy: inputs are taken on the consumer's thread, and only some ahead of what it has
   * consumed: four chunks for each worker (see {@link MapOptions#withChunk}), as long as inputs and
   * results that are in flight hold no more than 64 MiB encoded, or an eighth of this JVM's heap if
   * that is less; one is always taken. So they may be endless.
   *
   * <p>An input that fails for good comes to what its policy says, when it has its turn. FAIL: the
   * stream throws a {@link MapFailedException} in its place, and can give no more; whoever wants
   * the rest takes {@link #outcomes(TaskFunction, Iterable)}. SKIP: null in its place. ABORT: it
   * throws {@link PoolAbortedException}.
   *
   * <p>Exhausted, closed or failed, the stream takes no more inputs and ends its tasks, as by
   * {@code cancel(true)}. The same happens some time after it was abandoned: once the garbage
   * collector finds that nobody holds it. A stream is not told that its consumer has had enough
   * ({@code findFirst}, {@code limit}): close it, with try-with-resources, or what is ahead runs to
   * its end; {@link #gatherer} is told. An exception of the consumer, or of the inputs' iterator,
   * ends it too and is thrown; what was ahead is lost.
   *
   * <p>Inputs are asked for while no output is there: an iterator that waits for its next input
   * holds outputs back. Where inputs come slowly, take {@code submit}.
   *
   * {@snippet file="dev/outlive/snippets/PoolSnippets.java" region="stream"}
   *
   * @return a sequential stream. Beside the failures of its inputs its operations throw {@link
   *     RejectedExecutionException} where the pool takes no more tasks, after the outputs of those
   *     it had taken; and {@link CancellationException} if the consumer is interrupted (its flag
   *     stays set), or the pool was shut down at once
   * @throws IllegalArgumentException if the function cannot travel; an input that cannot is refused
   *     by the stream
   * @throws RejectedExecutionException if the pool takes no more tasks
   */
  public <I, O> Stream<O> stream(TaskFunction<I, O> function, Iterable<? extends I> inputs) {
    return stream(function, inputs, MapOptions.DEFAULTS);
  }

  /** As {@link #stream(TaskFunction, Iterable)}, with options. */
  public <I, O> Stream<O> stream(
      TaskFunction<I, O> function, Iterable<? extends I> inputs, MapOptions options) {
    return streamOf(intake.outputs(function, inputs.iterator(), () -> {}, options, workers));
  }

  /**
   * As {@link #stream(TaskFunction, Iterable)}; the inputs' stream is closed when this one ends.
   */
  public <I, O> Stream<O> stream(TaskFunction<I, O> function, Stream<? extends I> inputs) {
    return stream(function, inputs, MapOptions.DEFAULTS);
  }

  /** As {@link #stream(TaskFunction, Stream)}, with options. */
  public <I, O> Stream<O> stream(
      TaskFunction<I, O> function, Stream<? extends I> inputs, MapOptions options) {
    return streamOf(intake.outputs(function, inputs.iterator(), inputs::close, options, workers));
  }

  /**
   * As {@link #stream(TaskFunction, Iterable)}, but hands out an outcome for each input, as they
   * come: {@link Outcome#index()} tells whose it is. A task's failure is an outcome and never an
   * exception; the policies FAIL and SKIP make no difference.
   *
   * {@snippet file="dev/outlive/snippets/PoolSnippets.java" region="outcomes"}
   */
  public <I, O> Stream<Outcome<O>> outcomes(
      TaskFunction<I, O> function, Iterable<? extends I> inputs) {
    return outcomes(function, inputs, MapOptions.DEFAULTS);
  }

  /** As {@link #outcomes(TaskFunction, Iterable)}, with options. */
  public <I, O> Stream<Outcome<O>> outcomes(
      TaskFunction<I, O> function, Iterable<? extends I> inputs, MapOptions options) {
    return streamOf(intake.outcomes(function, inputs.iterator(), () -> {}, options, workers));
  }

  /**
   * As {@link #outcomes(TaskFunction, Iterable)}; the inputs' stream is closed when this one ends.
   */
  public <I, O> Stream<Outcome<O>> outcomes(
      TaskFunction<I, O> function, Stream<? extends I> inputs) {
    return outcomes(function, inputs, MapOptions.DEFAULTS);
  }

  /** As {@link #outcomes(TaskFunction, Stream)}, with options. */
  public <I, O> Stream<Outcome<O>> outcomes(
      TaskFunction<I, O> function, Stream<? extends I> inputs, MapOptions options) {
    return streamOf(intake.outcomes(function, inputs.iterator(), inputs::close, options, workers));
  }

  private static <T> Stream<T> streamOf(RunSpliterator<?, ?, T> source) {
    return StreamSupport.stream(source, false).onClose(source::close);
  }

  /**
   * Returns the function as a step of a stream of the JDK's: {@code
   * paths.stream().gather(pool.gatherer(Parser::text)).filter(...)}. It maps as {@link
   * #stream(TaskFunction, Iterable)} does, in order, with the same look-ahead, policies and
   * failures, on the thread that runs the stream; where a later step wants no more, its tasks are
   * ended. Its waits are not interruptible, as those of {@link
   * java.util.stream.Gatherers#mapConcurrent} are not.
   *
   * @return a gatherer that may be used in many streams
   * @throws IllegalArgumentException if the function cannot travel
   * @throws RejectedExecutionException if the pool takes no more tasks; later from the stream
   */
  public <I, O> Gatherer<I, ?, O> gatherer(TaskFunction<I, O> function) {
    return gatherer(function, MapOptions.DEFAULTS);
  }

  /** As {@link #gatherer(TaskFunction)}, with options. */
  public <I, O> Gatherer<I, ?, O> gatherer(TaskFunction<I, O> function, MapOptions options) {
    return intake.gatherer(function, options, workers);
  }

  // ---- looking in

  /**
   * Returns what the pool is doing at this moment: the counts, and a row for each worker. Takes
   * microseconds and reads no file, so a status page may ask often; {@link PoolSnapshot#toTable} is
   * one. A {@link ProcessPoolBuilder#listener listener} is told what happens instead.
   */
  public PoolSnapshot snapshot() {
    return supervisor.snapshot();
  }

  /**
   * Returns the attempts that were lost with their worker, the oldest first; the last 10,000.
   * {@link #snapshot()} counts them all.
   */
  public List<KilledTask> killedTasks() {
    return chronicle.killedTasks();
  }

  /**
   * Returns the records of the tasks and inputs that ended last, the oldest first: as many as
   * {@link ProcessPoolBuilder#history} says. A record is there before those who wait for the task's
   * future have its outcome. The diagnoses in them are brief: without stacks, output and samples,
   * which {@link #killedTasks()} has. What is done with the stream does not hold the pool up, and
   * what ends meanwhile is not in it. Also after the end of the pool.
   */
  public Stream<TaskRecord> records() {
    return chronicle.records().stream();
  }

  /** Returns name, state and counts. */
  @Override
  public String toString() {
    return "ProcessPool[" + snapshot() + "]";
  }
}
