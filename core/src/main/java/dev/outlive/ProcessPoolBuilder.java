package dev.outlive;

import dev.outlive.internal.local.LocalBackend;
import dev.outlive.internal.local.LocalSettings;
import dev.outlive.internal.pool.PoolOutput;
import dev.outlive.internal.pool.PoolRules;
import dev.outlive.internal.pool.TaskRules;
import dev.outlive.monitor.OutputMode;
import dev.outlive.monitor.OutputSink;
import dev.outlive.monitor.PoolListener;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RestartLimit;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.Bytes;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link ProcessPool}. Every one has a default; a value out of range is refused
 * at once, with the value and the range, and never corrected. Confined to one thread.
 */
public final class ProcessPoolBuilder extends WorkerSettings {
  private static final int MOST_WORKERS = 1024;
  private static final Bytes LARGEST_RESULT = new Bytes(Integer.MAX_VALUE - (64 << 20));
  private static final Duration PICK_UP = Duration.ofMinutes(5);

  private String name = "pool";
  private int workers = Math.min(MOST_WORKERS, Runtime.getRuntime().availableProcessors());
  private FailurePolicy onCrash = FailurePolicy.FAIL;
  private FailurePolicy onException = FailurePolicy.FAIL;
  private FailurePolicy onTimeout = FailurePolicy.FAIL;
  private List<RetryPolicy> retry = List.of();
  private @Nullable Duration timeout;
  private RestartLimit restartLimit = new RestartLimit(10, Duration.ofSeconds(10));
  private Bytes maxResult = LARGEST_RESULT;
  private final List<String> allowedResults = new ArrayList<>();
  private boolean submitStacks = true;
  private OutputMode outputMode = OutputMode.CAPTURE;
  private @Nullable OutputSink outputSink;
  private final List<PoolListener> listeners = new ArrayList<>();

  ProcessPoolBuilder() {}

  @Override
  ProcessPoolBuilder self() {
    return this;
  }

  /**
   * Sets the name that is shown in {@code ps}, logs, threads and messages. Default: {@code "pool"}.
   *
   * @param value 1..64 letters, digits, {@code . _ -}
   */
  public ProcessPoolBuilder name(String value) {
    Objects.requireNonNull(value, "name");
    if (!value.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          "name must be 1..64 letters, digits, '.', '_' or '-', name=" + value);
    }
    this.name = value;
    return this;
  }

  /**
   * Sets the most workers at a time. They are started when there is work for them. Default: the
   * processors that are available to this JVM.
   *
   * @param number 1..1024
   */
  public ProcessPoolBuilder workers(int number) {
    if (number < 1 || number > MOST_WORKERS) {
      throw new IllegalArgumentException(
          "workers must be 1.." + MOST_WORKERS + ", workers=" + number);
    }
    this.workers = number;
    return this;
  }

  /** Sets what becomes of a task whose worker died. Default: FAIL. */
  public ProcessPoolBuilder onCrash(FailurePolicy policy) {
    this.onCrash = Objects.requireNonNull(policy, "onCrash");
    return this;
  }

  /** Sets what becomes of a task that threw. Default: FAIL. */
  public ProcessPoolBuilder onException(FailurePolicy policy) {
    this.onException = Objects.requireNonNull(policy, "onException");
    return this;
  }

  /** Sets what becomes of a task that ran too long. Default: FAIL. */
  public ProcessPoolBuilder onTimeout(FailurePolicy policy) {
    this.onTimeout = Objects.requireNonNull(policy, "onTimeout");
    return this;
  }

  /**
   * Sets when a failed attempt is tried again, before the failure policies have their say: the
   * first policy that names the cause decides. Default: never.
   */
  public ProcessPoolBuilder retry(RetryPolicy... policies) {
    this.retry = Refusals.listOf("retry", policies);
    return this;
  }

  /**
   * Sets a limit per attempt; the clock starts when the task starts in its worker. Default: none.
   *
   * @param limit over zero and at most 365 days
   */
  public ProcessPoolBuilder timeout(Duration limit) {
    this.timeout = Refusals.positive("timeout", limit);
    return this;
  }

  /**
   * Sets how many workers may die early (before they have begun any task) within a period; then the
   * pool is broken. Default: 10 in 10 s.
   *
   * @param deaths 1..1000
   * @param period over zero and at most 24 h
   */
  public ProcessPoolBuilder restartLimit(int deaths, Duration period) {
    this.restartLimit = new RestartLimit(deaths, period);
    return this;
  }

  /**
   * Sets the largest result of a task, encoded. Default and most: a little under 2 GiB.
   *
   * @param size 1 byte or more
   */
  public ProcessPoolBuilder maxResultBytes(Bytes size) {
    Objects.requireNonNull(size, "maxResultBytes");
    if (size.count() < 1 || size.compareTo(LARGEST_RESULT) > 0) {
      throw new IllegalArgumentException(
          "maxResultBytes must be 1 B.." + LARGEST_RESULT + ", maxResultBytes=" + size);
    }
    this.maxResult = size;
    return this;
  }

  /**
   * Allows more types to come back from workers than values of the JDK and the task's own code.
   *
   * @param patterns one class, package or tree of packages each, as {@link
   *     ObjectInputFilter.Config#createFilter} takes them: {@code "com.acme.Invoice"}, {@code
   *     "com.acme.*"}, {@code "com.acme.**"}
   */
  public ProcessPoolBuilder allowResults(String... patterns) {
    allowedResults.addAll(Refusals.classPatterns("allowResults", patterns));
    return this;
  }

  /**
   * Sets whether failures show the caller's stack at submit, which costs some microseconds a task.
   * Default: true.
   */
  public ProcessPoolBuilder submitStacks(boolean taken) {
    this.submitStacks = taken;
    return this;
  }

  /**
   * Sets what becomes of that which tasks print to stdout and stderr, in the place of a sink set
   * before. Default: {@link OutputMode#CAPTURE}.
   */
  public ProcessPoolBuilder output(OutputMode mode) {
    this.outputMode = Objects.requireNonNull(mode, "output mode");
    this.outputSink = null;
    return this;
  }

  /**
   * Gives each line that tasks print to a sink, in the place of a mode set before; see {@link
   * OutputSink} for the thread that calls it. The end of a task's output can be had from {@code
   * TaskFuture.output()} as well.
   */
  public ProcessPoolBuilder output(OutputSink sink) {
    this.outputSink = Objects.requireNonNull(sink, "output sink");
    this.outputMode = OutputMode.CAPTURE;
    return this;
  }

  /** Adds a listener; see {@link PoolListener} for the thread that calls it. */
  public ProcessPoolBuilder listener(PoolListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Opens the pool. No worker is started before there is work.
   *
   * @throws IllegalArgumentException if two settings contradict each other; both are named
   * @throws UncheckedIOException if the pool's directory for temporary files cannot be created
   */
  public ProcessPool build() {
    LocalSettings local = local(name, workers, maxResult.count(), outputMode != OutputMode.DISCARD);
    PoolRules rules =
        new PoolRules(
            workers,
            startTimeout().toNanos(),
            grace().toNanos(),
            PICK_UP.toNanos(),
            restartLimit,
            System.nanoTime());
    try {
      return new ProcessPool(this, rules, new LocalBackend(local));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "pool \"" + name + "\" cannot create its directory: " + e.getMessage(), e);
    }
  }

  // ---- for the pool

  String name() {
    return name;
  }

  int workers() {
    return workers;
  }

  boolean submitStacks() {
    return submitStacks;
  }

  List<String> allowedResults() {
    return List.copyOf(allowedResults);
  }

  long maxResultBytes() {
    return maxResult.count();
  }

  List<PoolListener> listeners() {
    return List.copyOf(listeners);
  }

  PoolOutput poolOutput() {
    return outputSink == null ? PoolOutput.of(name, outputMode) : PoolOutput.to(name, outputSink);
  }

  /** The pool's own rules, which options of a task or run may replace. */
  TaskRules taskRules() {
    long limit = timeout == null ? Long.MAX_VALUE : timeout.toNanos();
    return new TaskRules(limit, retry, onCrash, onException, onTimeout);
  }

  /** Returns the settings in words. */
  @Override
  public String toString() {
    return "ProcessPoolBuilder"
        + List.of(
            "name=" + name,
            "workers=" + workers,
            "onCrash=" + onCrash,
            "onException=" + onException,
            "onTimeout=" + onTimeout,
            "retry=" + retry,
            "timeout=" + timeout,
            "restartLimit=" + restartLimit,
            "maxResultBytes=" + maxResult,
            "output=" + (outputSink == null ? outputMode : outputSink))
        + inWords();
  }
}
