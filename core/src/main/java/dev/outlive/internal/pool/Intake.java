package dev.outlive.internal.pool;

import dev.outlive.internal.protocol.FunctionName;
import dev.outlive.task.Action;
import dev.outlive.task.MapOptions;
import dev.outlive.task.Outcome;
import dev.outlive.task.Task;
import dev.outlive.task.TaskFunction;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes work from callers: encodes it on their own thread, so that what cannot travel fails in
 * their stack, and hands it to the supervisor with a future. Safe for use by many threads.
 */
public final class Intake {
  private static final int FRAMES = 12;
  private static final String OWN_PACKAGE = "dev.outlive.internal.";
  private static final String POOL = "dev.outlive.ProcessPool";

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
    ByteBuffer payload = packing.encode(work, "the task", lease);
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
    PooledFuture<T> future = future(task, submission, captured);
    submitWhenRoom(
        new SingleTicket<T>(
            task, submission, verdicts, null, payload, 0, null, captured, future::settle),
        payload.remaining());
    return future;
  }

  private void submitWhenRoom(Ticket ticket, long bytes) {
    try {
      supervisor.submitWhenRoom(ticket, bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RejectedExecutionException(
          "interrupted while waiting for room in the queue of pool \"" + verdicts.pool() + '"', e);
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
    ByteBuffer code = packing.encode(function, "the function", lease);
    List<I> taken = new ArrayList<>();
    List<ByteBuffer> encoded = new ArrayList<>();
    for (I input : inputs) {
      encoded.add(encodeInput(input, taken.size(), lease));
      taken.add(input);
    }
    Object own = function instanceof ForEach<?> each ? each.action() : function;
    Submission submission = submission(own, options.name(), lease, rules(options));
    CapturedOutput captured = new CapturedOutput(true);
    if (taken.isEmpty()) {
      PooledFuture<List<O>> empty = future(0, submission, captured);
      empty.settle(new Outcome.Success<>(List.of(), verdicts.cancelled(submission, 0).record()));
      return empty;
    }
    long task = supervisor.nextTask();
    PooledFuture<List<O>> future = future(task, submission, captured);
    supervisor.submit(
        new MapTicket<>(
            task,
            submission,
            verdicts,
            new SharedFunction(supervisor.nextFunction(), code),
            taken,
            encoded.toArray(ByteBuffer[]::new),
            options.chunk(),
            captured,
            future));
    return future;
  }

  /** Opens a run whose inputs are submitted one by one. */
  public <I, O> OutcomeRun<I, O> open(
      TaskFunction<I, O> function, Iterator<? extends I> inputs, MapOptions options, int window) {
    Objects.requireNonNull(function, "function");
    supervisor.rejectUnlessOpen();
    LoaderTable.Lease lease = loaders.lease();
    ByteBuffer code = packing.encode(function, "the function", lease);
    return new OutcomeRun<>(
        this,
        inputs,
        new SharedFunction(supervisor.nextFunction(), code),
        submission(function, options.name(), lease, rules(options)),
        window);
  }

  <O> long submitInput(
      Submission submission,
      SharedFunction function,
      @Nullable Object input,
      int index,
      Consumer<Outcome<O>> receiver) {
    ByteBuffer payload = encodeInput(input, index, submission.lease());
    long task = supervisor.nextTask();
    supervisor.submit(
        new SingleTicket<>(
            task, submission, verdicts, function, payload, index, input, null, receiver));
    return task;
  }

  void abandon(long task) {
    supervisor.abandon(task);
  }

  void forget(SharedFunction function) {
    supervisor.forgetFunction(function.number());
  }

  private <T> PooledFuture<T> future(long task, Submission submission, CapturedOutput captured) {
    return new PooledFuture<>(
        () -> supervisor.abandon(task),
        () -> supervisor.withdraw(task),
        () -> verdicts.cancelled(submission, 0),
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
        takesStacks ? callerFrames() : List.of(),
        Instant.now());
  }

  private static List<StackTraceElement> callerFrames() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .dropWhile(frame -> ours(frame.getClassName()))
                    .limit(FRAMES)
                    .map(StackWalker.StackFrame::toStackTraceElement)
                    .toList());
  }

  private static boolean ours(String className) {
    return className.startsWith(OWN_PACKAGE) || className.equals(POOL);
  }

  /** Where {@link java.util.concurrent.ExecutorService} cannot type what it takes. */
  private static void requireSerializable(Object work) {
    boolean stage = work instanceof CompletableFuture.AsynchronousCompletionTask;
    if (stage || !(work instanceof Serializable)) {
      Class<?> type = work instanceof Callable ? Task.class : Action.class;
      throw new IllegalArgumentException(
          "the task cannot travel: "
              + work.getClass().getTypeName()
              + " is not serialisable. Type it as "
              + type.getName()
              + ", which makes a lambda serialisable; instead of CompletableFuture's xxxAsync use"
              + " submit, which returns a CompletableFuture");
    }
  }

  private ByteBuffer encodeInput(@Nullable Object input, int index, LoaderTable.Lease lease) {
    Objects.requireNonNull(input, () -> "input " + index + " is null; inputs must not be null");
    return packing.encodeInput(input, "input " + index, lease);
  }
}
