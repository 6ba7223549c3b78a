package dev.outlive;

import dev.outlive.internal.local.LocalBackend;
import dev.outlive.internal.local.LocalSettings;
import dev.outlive.internal.pool.Intake;
import dev.outlive.internal.pool.PoolOutput;
import dev.outlive.internal.pool.PoolRules;
import dev.outlive.internal.pool.TaskRules;
import dev.outlive.monitor.OutputMode;
import dev.outlive.monitor.OutputSink;
import dev.outlive.monitor.PoolListener;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RestartLimit;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.Action;
import dev.outlive.task.Bytes;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link ProcessPool}. Every one has a default; a value out of range is refused
 * at once, with the value and the range, and never corrected. Confined to one thread.
 */
public final class ProcessPoolBuilder {
  private static final int MOST_WORKERS = 1024;
  private static final Duration LONGEST = Refusals.LONGEST;
  private static final Bytes LARGEST_RESULT = new Bytes(Integer.MAX_VALUE - (64 << 20));
  private static final Bytes SMALLEST_HEAP = Bytes.ofMebibytes(8);
  private static final Duration PICK_UP = Duration.ofMinutes(5);

  private String name = "pool";
  private int workers = Math.min(MOST_WORKERS, Runtime.getRuntime().availableProcessors());
  private FailurePolicy onCrash = FailurePolicy.FAIL;
  private FailurePolicy onException = FailurePolicy.FAIL;
  private FailurePolicy onTimeout = FailurePolicy.FAIL;
  private List<RetryPolicy> retry = List.of();
  private @Nullable Duration timeout;
  private Duration startTimeout = Duration.ofSeconds(30);
  private Duration grace = Duration.ofSeconds(2);
  private Duration frozenAfter = Duration.ofSeconds(30);
  private boolean stacksOnCancel;
  private boolean coreDumps;
  private RestartLimit restartLimit = new RestartLimit(10, Duration.ofSeconds(10));
  private @Nullable Bytes maxHeap;
  private Bytes maxResult = LARGEST_RESULT;
  private final List<String> allowedResults = new ArrayList<>();
  private boolean submitStacks = true;
  private Path javaHome = Path.of(System.getProperty("java.home"));
  private boolean inheritJvmOptions = true;
  private List<String> jvmArgs = List.of();
  private List<Path> classPath = List.of();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private @Nullable Path workingDirectory;
  private @Nullable ByteBuffer initializer;
  private OutputMode outputMode = OutputMode.CAPTURE;
  private @Nullable OutputSink outputSink;
  private final List<PoolListener> listeners = new ArrayList<>();

  ProcessPoolBuilder() {}

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
   * Sets how long a worker may take until it is ready. Default: 30 s.
   *
   * @param limit over zero and at most 365 days
   */
  public ProcessPoolBuilder startTimeout(Duration limit) {
    this.startTimeout = Refusals.positive("startTimeout", limit);
    return this;
  }

  /**
   * Sets how long a worker may take from a polite word (leave, interrupt), or from the beginning of
   * an exit of its own, until it is killed. Default: 2 s.
   *
   * @param limit zero to 365 days
   */
  public ProcessPoolBuilder grace(Duration limit) {
    Objects.requireNonNull(limit, "grace");
    if (limit.isNegative() || limit.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("grace must be 0..365 days, grace=" + limit);
    }
    this.grace = limit;
    return this;
  }

  /**
   * Sets how long a worker may show no progress of any kind until it is killed as frozen: stopped
   * by SIGSTOP, or without a sign of life, without processor time, and with no thread that could
   * run. A debugger, a loaded machine, or a stop of this process itself freeze nobody. Needs {@code
   * /proc}. Default: 30 s.
   *
   * @param limit 1 s to 365 days
   */
  public ProcessPoolBuilder frozenAfter(Duration limit) {
    Objects.requireNonNull(limit, "frozenAfter");
    if (limit.compareTo(Duration.ofSeconds(1)) < 0 || limit.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("frozenAfter must be 1 s..365 days, frozenAfter=" + limit);
    }
    this.frozenAfter = limit;
    return this;
  }

  /**
   * Sets whether a worker's stacks are taken before it is killed for a task that was cancelled and
   * did not end, as they are for a timeout; that delays the kill by 250 ms at most. Default: false.
   */
  public ProcessPoolBuilder stacksOnCancel(boolean taken) {
    this.stacksOnCancel = taken;
    return this;
  }

  /**
   * Sets whether the kernel may write a core dump of a worker that crashes, as far as this
   * process's own limit allows; one has the size of the worker. Default: false.
   */
  public ProcessPoolBuilder coreDumps(boolean written) {
    this.coreDumps = written;
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
   * Sets the workers' Java heap, as {@code -Xmx} does. Default: the JVM's own choice, a quarter of
   * the memory <em>for each worker</em>.
   *
   * @param size 8 MiB or more
   */
  public ProcessPoolBuilder maxHeap(Bytes size) {
    Objects.requireNonNull(size, "maxHeap");
    if (size.compareTo(SMALLEST_HEAP) < 0) {
      throw new IllegalArgumentException(
          "maxHeap must be " + SMALLEST_HEAP + " or more, maxHeap=" + size);
    }
    this.maxHeap = size;
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
   * Sets the JDK or JRE, 25 or later, that workers run on. Default: this JVM's. Checked when the
   * first worker starts.
   */
  public ProcessPoolBuilder javaHome(Path directory) {
    this.javaHome = Objects.requireNonNull(directory, "javaHome").toAbsolutePath();
    return this;
  }

  /**
   * Sets whether workers get those of this JVM's options that decide what classes mean ({@code -D},
   * {@code --add-opens}, {@code -ea}, ...). Heap, collector, agents, debugging and logging are
   * never inherited. Default: true.
   */
  public ProcessPoolBuilder inheritJvmOptions(boolean inherited) {
    this.inheritJvmOptions = inherited;
    return this;
  }

  /**
   * Sets further options of the workers' JVMs, after all others.
   *
   * @throws IllegalArgumentException for a heap size if {@link #maxHeap} is set too (on build)
   */
  public ProcessPoolBuilder jvmArgs(String... options) {
    List<String> all = Refusals.listOf("jvmArgs", options);
    for (String option : all) {
      if (!option.startsWith("-") || option.equals("-")) {
        throw new IllegalArgumentException(
            "jvmArgs takes options, each beginning with '-', option=" + option);
      }
    }
    this.jvmArgs = all;
    return this;
  }

  /** Sets the workers' class path, beside Outlive's own. Default: this JVM's. */
  public ProcessPoolBuilder classPath(Path... entries) {
    List<Path> all = Refusals.listOf("classPath", entries);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("classPath needs at least one entry, entries=[]");
    }
    this.classPath = all;
    return this;
  }

  /**
   * Sets an environment variable of the workers, beside those inherited from this process. {@code
   * JAVA_TOOL_OPTIONS}, {@code JDK_JAVA_OPTIONS} and {@code _JAVA_OPTIONS} are not inherited.
   */
  public ProcessPoolBuilder environment(String variable, String value) {
    Objects.requireNonNull(variable, "environment variable");
    Objects.requireNonNull(value, "environment value");
    if (variable.isEmpty() || variable.indexOf('=') >= 0 || variable.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "a variable's name must not be empty nor hold '=' or NUL, variable=" + variable);
    }
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "a variable's value must not hold NUL, variable=" + variable);
    }
    environment.put(variable, value);
    return this;
  }

  /**
   * Sets the directory in which workers run. Default: this process's.
   *
   * @throws IllegalArgumentException if it is not a directory
   */
  public ProcessPoolBuilder workingDirectory(Path directory) {
    Objects.requireNonNull(directory, "workingDirectory");
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          "workingDirectory must be a directory, workingDirectory=" + directory);
    }
    this.workingDirectory = directory;
    return this;
  }

  /**
   * Sets what each worker runs before its first task, replacements too, on the thread that will run
   * the tasks; the start timeout covers it. A worker whose initializer throws is of no use: it
   * ends, with {@code INITIALIZER_FAILED}, and counts as an early death. Default: nothing.
   *
   * @throws IllegalArgumentException if it cannot travel; the message names the path to what cannot
   */
  public ProcessPoolBuilder initializer(Action action) {
    Objects.requireNonNull(action, "initializer");
    this.initializer = Intake.encode(action, "the initializer");
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
    Refusals.jvmArgs(jvmArgs, maxHeap);
    LocalSettings local =
        new LocalSettings(
            name,
            workers,
            javaHome,
            Optional.ofNullable(maxHeap),
            inheritJvmOptions,
            jvmArgs,
            classPath,
            Map.copyOf(environment),
            Optional.ofNullable(workingDirectory),
            maxResult.count(),
            grace,
            frozenAfter,
            stacksOnCancel,
            coreDumps,
            outputMode != OutputMode.DISCARD);
    PoolRules rules =
        new PoolRules(
            workers,
            startTimeout.toNanos(),
            grace.toNanos(),
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

  Duration grace() {
    return grace;
  }

  List<String> allowedResults() {
    return List.copyOf(allowedResults);
  }

  long maxResultBytes() {
    return maxResult.count();
  }

  @Nullable ByteBuffer initializer() {
    return initializer;
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
        + Arrays.asList(
            "name=" + name,
            "workers=" + workers,
            "onCrash=" + onCrash,
            "onException=" + onException,
            "onTimeout=" + onTimeout,
            "retry=" + retry,
            "timeout=" + timeout,
            "startTimeout=" + startTimeout,
            "grace=" + grace,
            "restartLimit=" + restartLimit,
            "maxHeap=" + maxHeap,
            "maxResultBytes=" + maxResult,
            "output=" + (outputSink == null ? outputMode : outputSink),
            "javaHome=" + javaHome,
            "jvmArgs=" + jvmArgs);
  }
}
