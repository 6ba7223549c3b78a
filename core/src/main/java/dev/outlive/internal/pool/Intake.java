package dev.outlive.internal.pool;

import dev.outlive.internal.protocol.FunctionName;
import dev.outlive.internal.protocol.Parcel;
import dev.outlive.internal.protocol.SegmentStore;
import dev.outlive.task.MapOptions;
import dev.outlive.task.Outcome;
import dev.outlive.task.TaskFunction;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.task.TaskRecord.Ending;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Gatherer;
import org.jspecify.annotations.Nullable;

/**
 * Takes work from callers: encodes it on their own thread, so that what cannot travel fails in
 * their stack, and hands it to the supervisor with a future. Long, as all ways in stand side by
 * side here. Safe for use by many threads.
 */
public final class Intake {
  private final Supervisor supervisor;
  private final Verdicts verdicts;
  private final LoaderTable loaders;
  private final TaskRules defaults;
  private final Packing packing;
  private final boolean takesStacks;

  /** Creates one; the rules are those of tasks that bring none of their own. */
  public Intake(
      Supervisor supervisor,
      Verdicts verdicts,
      LoaderTable loaders,
      TaskRules defaults,
      Packing packing,
      boolean takesStacks) {
    this.supervisor = supervisor;
    this.verdicts = verdicts;
    this.loaders = loaders;
    this.defaults = defaults;
    this.packing = packing;
    this.takesStacks = takesStacks;
  }

  /**
   * Submits work that needs no input.
   *
   * @param work a callable or a runnable
   * @throws IllegalArgumentException if it cannot be encoded; the message names the path to what
   *     cannot
   * @throws RejectedExecutionException if the pool takes no more tasks, or its queue is full, or
   *     the caller is interrupted while it waits for room, which leaves the interrupt flag set
   */
  public <T> TaskFuture<T> submit(Object work, TaskOptions options) {
    Objects.requireNonNull(work, "task");
    Objects.requireNonNull(options, "options");
    supervisor.rejectUnlessOpen();
    requireSerializable(work);
    LoaderTable.Lease lease = loaders.lease();
    Parcel payload = packing.packCode(work, "the task", lease, supervisor.arguments());
    TaskRules rules =
        new TaskRules(
            options.timeout().map(limit -> limit.toNanos()).orElse(defaults.limitNanos()),
            options.retry().orElse(defaults.retry()),
            options.onCrash().orElse(defaults.onCrash()),
            options.onException().orElse(defaults.onException()),
            options.onTimeout().orElse(defaults.onTimeout()),
            options.priority());
    Submission submission = submission(work, options.name(), lease, rules);
    long task = supervisor.nextTask();
    CapturedOutput captured = new CapturedOutput(false);
    AttemptCount attempts = new AttemptCount(false);
    PooledFuture<T> future = future(task, submission, attempts, captured);
    submitWhenRoom(
        new SingleTicket<T>(
            task, submission, attempts, verdicts, payload, captured, future::settle),
        payload.length());
    return future;
  }

  private void submitWhenRoom(Ticket ticket, long bytes) {
    boolean taken = false;
    try {
      supervisor.submitWhenRoom(ticket, bytes);
      taken = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RejectedExecutionException(
          "interrupted while waiting for room in the queue of pool \"" + verdicts.pool() + '"', e);
    } finally {
      if (!taken) {
        var _ = ticket.freeAll();
      }
    }
  }

  /**
   * Submits a run over all inputs, which are taken and encoded before anything starts.
   *
   * @throws IllegalArgumentException if the function or an input cannot be encoded
   * @throws NullPointerException if an input is null
   * @throws RejectedExecutionException if the pool takes no more tasks
   */
  public <I, O> TaskFuture<List<O>> map(
      TaskFunction<I, O> function, Iterable<? extends I> inputs, MapOptions options) {
    Objects.requireNonNull(function, "function");
    Objects.requireNonNull(inputs, "inputs");
    supervisor.rejectUnlessOpen();
    LoaderTable.Lease lease = loaders.lease();
    List<I> taken =
        inputs instanceof Collection<?> all ? new ArrayList<>(all.size()) : new ArrayList<>();
    Parcel code = packing.packCode(function, "the function", lease, supervisor.arguments());
    EncodedItems encoded = new EncodedItems();
    boolean plainly = packing.codec() == null;
    boolean submitted = false;
    try {
      for (I input : inputs) {
        if (!plainly || !encoded.addNumber(input)) {
          encoded.add(packInput(input, taken.size(), lease, supervisor.arguments()));
        }
        taken.add(input);
      }
      TaskFuture<List<O>> future = map(function, taken, code, encoded, options, lease);
      submitted = true;
      return future;
    } finally {
      if (!submitted) {
        code.release();
        encoded.freeAll();
      }
    }
  }

  private <I, O> TaskFuture<List<O>> map(
      TaskFunction<I, O> function,
      List<I> taken,
      Parcel code,
      EncodedItems encoded,
      MapOptions options,
      LoaderTable.Lease lease) {
    Object own = function instanceof ForEach<?> each ? each.action() : function;
    Submission submission = submission(own, options.name(), lease, rules(options));
    CapturedOutput captured = new CapturedOutput(true);
    AttemptCount attempts = new AttemptCount(true);
    if (taken.isEmpty()) {
      PooledFuture<List<O>> empty = future(0, submission, attempts, captured);
      empty.settle(
          new Outcome.Success<>(List.of(), verdicts.ofRun(submission, 0, Ending.RETURNED)));
      var _ = code.release();
      return empty;
    }
    long task = supervisor.nextTask();
    PooledFuture<List<O>> future = future(task, submission, attempts, captured);
    supervisor.submit(
        new MapTicket<>(
            task,
            submission,
            attempts,
            verdicts,
            supervisor.nextFunction(),
            code,
            taken,
            encoded,
            options.chunk(),
            captured,
            future));
    return future;
  }

  /**
   * Returns the source of a stream of the function's outputs, in the order of the inputs.
   *
   * @param closeInputs closes where the inputs come from
   * @param workers how many the pool has at most
   */
  public <I, O> RunSpliterator<I, O, O> outputs(
      TaskFunction<I, O> function,
      Iterator<? extends I> inputs,
      Runnable closeInputs,
      MapOptions options,
      int workers) {
    return RunSpliterator.ofValues(
        open(prepare(function, options), options, true, workers, closeInputs), inputs);
  }

  /** Returns the source of a stream of the function's outcomes, as they come. */
  public <I, O> RunSpliterator<I, O, Outcome<O>> outcomes(
      TaskFunction<I, O> function,
      Iterator<? extends I> inputs,
      Runnable closeInputs,
      MapOptions options,
      int workers) {
    return RunSpliterator.ofOutcomes(
        open(prepare(function, options), options, false, workers, closeInputs), inputs);
  }

  /** Returns the function as a step of somebody's stream, to be used as often as wanted. */
  public <I, O> Gatherer<I, ?, O> gatherer(
      TaskFunction<I, O> function, MapOptions options, int workers) {
    Prepared prepared = prepare(function, options);
    return RunGatherer.of(() -> open(prepared, options, true, workers, () -> {}));
  }

  /** A function that is encoded, and who submits it. */
  private record Prepared(ByteBuffer code, Submission submission) {}

  private Prepared prepare(TaskFunction<?, ?> function, MapOptions options) {
    Objects.requireNonNull(function, "function");
    supervisor.rejectUnlessOpen();
    LoaderTable.Lease lease = loaders.lease();
    return new Prepared(
        packing.encode(function, "the function", lease),
        submission(function, options.name(), lease, rules(options)));
  }

  private <I, O> StreamRun<I, O> open(
      Prepared prepared, MapOptions options, boolean ordered, int workers, Runnable closeInputs) {
    supervisor.rejectUnlessOpen();
    return new StreamRun<>(
        this,
        verdicts,
        prepared.submission(),
        new SharedFunction(supervisor.nextFunction(), prepared.code()),
        ordered,
        options.chunk(),
        workers,
        closeInputs);
  }

  long nextTask() {
    return supervisor.nextTask();
  }

  void submit(Ticket ticket) {
    supervisor.submit(ticket);
  }

  void later(Runnable job) {
    supervisor.later(job);
  }

  void abandon(long task) {
    supervisor.abandon(task);
  }

  void forget(SharedFunction function) {
    supervisor.forgetFunction(function.number());
  }

  private <T> PooledFuture<T> future(
      long task, Submission submission, AttemptCount attempts, CapturedOutput captured) {
    return new PooledFuture<>(
        () -> supervisor.abandon(task),
        () -> supervisor.withdraw(task),
        () -> verdicts.cancelled(submission, 0, attempts.begun()),
        captured);
  }

  private TaskRules rules(MapOptions options) {
    return new TaskRules(
        options.timeout().map(limit -> limit.toNanos()).orElse(defaults.limitNanos()),
        options.retry().orElse(defaults.retry()),
        options.onCrash().orElse(defaults.onCrash()),
        options.onException().orElse(defaults.onException()),
        options.onTimeout().orElse(defaults.onTimeout()),
        options.priority());
  }

  private Submission submission(
      Object code, Optional<String> name, LoaderTable.Lease lease, TaskRules rules) {
    return new Submission(
        name.orElseGet(() -> FunctionName.of(code)),
        code.getClass(),
        lease,
        rules,
        takesStacks ? CallerFrames.take() : List.of(),
        Instant.now());
  }

  /** Where {@link java.util.concurrent.ExecutorService} cannot type what it takes. */
  private static void requireSerializable(Object work) {
    String instead =
        switch (work) {
          case CompletableFuture.AsynchronousCompletionTask _ ->
              "is made by CompletableFuture. Instead of supplyAsync(task, pool) and the like use"
                  + " submit(task), which returns a CompletableFuture";
          case Serializable _ -> "";
          case Future<?> _ ->
              "is a future of this process. Instead of an ExecutorCompletionService use"
                  + " outcomes(Task::call, tasks), which hands out results as they come; instead of"
                  + " a future of your own that which submit(task) returns";
          case Callable<?> _ ->
              "is not serialisable. Type it as dev.outlive.task.Task, which makes a lambda"
                  + " serialisable";
          default ->
              "is not serialisable. Type it as dev.outlive.task.Action, which makes a lambda"
                  + " serialisable";
        };
    if (!instead.isEmpty()) {
      throw new IllegalArgumentException(
          "the task cannot travel: " + work.getClass().getTypeName() + " " + instead);
    }
  }

  /** Returns an input of a stream, all in the bytes: it may be given up before it is submitted. */
  ByteBuffer encodeInput(@Nullable Object input, long index, LoaderTable.Lease lease) {
    return packInput(input, index, lease, SegmentStore.NONE).bytes();
  }

  private Parcel packInput(
      @Nullable Object input, long index, LoaderTable.Lease lease, SegmentStore store) {
    Objects.requireNonNull(input, () -> "input " + index + " is null; inputs must not be null");
    return packing.packInput(input, "input " + index, lease, store);
  }
}
