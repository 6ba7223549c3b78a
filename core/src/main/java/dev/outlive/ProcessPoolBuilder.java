package dev.outlive;

import dev.outlive.internal.local.LocalBackend;
import dev.outlive.internal.local.LocalSettings;
import dev.outlive.internal.pool.Crew;
import dev.outlive.internal.pool.DecodeLimit;
import dev.outlive.internal.pool.Packing;
import dev.outlive.internal.pool.PoolOutput;
import dev.outlive.internal.pool.PoolRules;
import dev.outlive.internal.pool.QueueLimit;
import dev.outlive.internal.pool.TaskRules;
import dev.outlive.internal.protocol.Nesting;
import dev.outlive.monitor.OutputMode;
import dev.outlive.monitor.OutputSink;
import dev.outlive.monitor.PoolListener;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.FullQueuePolicy;
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
 * at once, with the value and the range, and never corrected. Confined to one thread. Long, as each
 * setting has its meaning, range and default here.
 *
 * {@snippet file="dev/outlive/snippets/PoolSnippets.java" region="builder"}
 */
public final class ProcessPoolBuilder extends WorkerSettings {
  private static final int MOST_WORKERS = 1024;
  private static final int MOST_RECORDS = 1_000_000;
  private static final Bytes LARGEST_RESULT = new Bytes(Integer.MAX_VALUE - (64 << 20));
  private static final Duration USUAL_IDLE = Duration.ofSeconds(60);
  private static final Duration PICK_UP = Duration.ofMinutes(5);

  private String name = "pool";
  private int leastWorkers;
  private int workers = Math.min(MOST_WORKERS, Runtime.getRuntime().availableProcessors());
  private boolean workersChosen;
  private @Nullable Integer nesting;
  private boolean shrinks;
  private @Nullable Duration idleTimeout;
  private int warmSpares;
  private int queuedTasks = Integer.MAX_VALUE;
  private Bytes queuedBytes = Bytes.ofMebibytes(256);
  private FullQueuePolicy whenQueueFull = FullQueuePolicy.BLOCK;
  private @Nullable Duration queueTimeout;
  private FailurePolicy onCrash = FailurePolicy.FAIL;
  private FailurePolicy onException = FailurePolicy.FAIL;
  private FailurePolicy onTimeout = FailurePolicy.FAIL;
  private List<RetryPolicy> retry = List.of();
  private @Nullable Duration timeout;
  private RestartLimit restartLimit = new RestartLimit(10, Duration.ofSeconds(10));
  private Bytes maxResult = LARGEST_RESULT;
  private final List<String> allowedResults = new ArrayList<>();
  private DecodeLimit decodeLimit = DecodeLimit.USUAL;
  private boolean allowCopies;
  private boolean submitStacks = true;
  private OutputMode outputMode = OutputMode.CAPTURE;
  private @Nullable OutputSink outputSink;
  private int history = 10_000;
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
   * Sets the most workers that are at work at a time. They are started when there is work for them,
   * and then stay, unless {@link #idleTimeout} is set. Default: the processors that are available
   * to this JVM.
   *
   * @param number 1..1024
   */
  public ProcessPoolBuilder workers(int number) {
    if (number < 1 || number > MOST_WORKERS) {
      throw new IllegalArgumentException(
          "workers must be 1.." + MOST_WORKERS + ", workers=" + number);
    }
    this.leastWorkers = 0;
    this.workers = number;
    this.workersChosen = true;
    return this;
  }

  /**
   * Sets how many workers there are at least, with or without work, from the opening of the pool
   * on, and how many are at work at most. Those beyond the least leave when they have had nothing
   * to do for the {@link #idleTimeout}; a dead one is replaced at once up to the least, and beyond
   * it when there is work.
   *
   * @param least 0..1024
   * @param most 1..1024, and not under the least
   */
  public ProcessPoolBuilder workers(int least, int most) {
    if (least < 0 || most < 1 || least > most || most > MOST_WORKERS) {
      throw new IllegalArgumentException(
          "workers must be 0 <= least <= most and most 1.."
              + MOST_WORKERS
              + ", least="
              + least
              + ", most="
              + most);
    }
    this.leastWorkers = least;
    this.workers = most;
    this.workersChosen = true;
    this.shrinks = true;
    return this;
  }

  /**
   * Sets how many pools may lie within each other: a task may use a pool of its own, whose workers
   * belong to the worker that the task runs in, and end with it. 1: only this one. The smallest
   * setting of all pools around counts. Default: 3, or that of the pools around.
   *
   * <p>Pools within pools share the workers of the outermost one, which are its {@code workers} or
   * this machine's processors if those are more: each worker gets an equal part of what its pool
   * has, and at least one, for each pool that its task builds. A pool that was to have more is told
   * so with a warning, and has its part; it keeps no spares. No pool can be built while a worker
   * initialises or decodes a class: one in a static field would be built in each worker.
   *
   * @param pools 1..16
   */
  public ProcessPoolBuilder nesting(int pools) {
    if (pools < 1 || pools > Nest.DEEPEST) {
      throw new IllegalArgumentException(
          "nesting must be 1.." + Nest.DEEPEST + ", nesting=" + pools);
    }
    this.nesting = pools;
    return this;
  }

  /**
   * Sets how long a worker beyond the least may have nothing to do until it is asked to leave.
   * Default: 60 s with {@link #workers(int, int)}, without limit with {@link #workers(int)}.
   *
   * @param limit over zero and at most 365 days
   */
  public ProcessPoolBuilder idleTimeout(Duration limit) {
    this.idleTimeout = Refusals.positive("idleTimeout", limit);
    return this;
  }

  /**
   * Sets how many ready workers are kept beyond those at work, while there is work or a least
   * number of workers: one takes the place of a worker that dies or is recycled at once, without
   * the wait for a start. Each costs the memory of an idle JVM. Default: 0.
   *
   * @param number 0..1024
   */
  public ProcessPoolBuilder warmSpares(int number) {
    if (number < 0 || number > MOST_WORKERS) {
      throw new IllegalArgumentException(
          "warmSpares must be 0.." + MOST_WORKERS + ", warmSpares=" + number);
    }
    this.warmSpares = number;
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
   * Sets how much may wait for a worker of what is submitted task by task ({@code submit}, {@code
   * call}, {@code execute}). A single task may always wait, however large. Runs over many inputs do
   * not count: {@code map} takes all of its inputs, {@code stream} and {@code outcomes} bound
   * themselves. Default: 256 MiB, and any number of tasks.
   *
   * @param tasks 1 or more
   * @param encoded the size of the encoded tasks together, 1 byte or more
   */
  public ProcessPoolBuilder queueLimit(int tasks, Bytes encoded) {
    Objects.requireNonNull(encoded, "queueLimit");
    if (tasks < 1 || encoded.count() < 1) {
      throw new IllegalArgumentException(
          "queueLimit must be 1 task and 1 B or more, tasks=" + tasks + ", encoded=" + encoded);
    }
    this.queuedTasks = tasks;
    this.queuedBytes = encoded;
    return this;
  }

  /** Sets what becomes of a caller who finds the queue full. Default: it waits. */
  public ProcessPoolBuilder whenQueueFull(FullQueuePolicy policy) {
    this.whenQueueFull = Objects.requireNonNull(policy, "whenQueueFull");
    return this;
  }

  /**
   * Sets how long a task, or an input of a run, may wait until it is first given to a worker, the
   * start of one included: a pool without a least number of workers starts them when work comes.
   * Then it has failed with {@code QUEUE_TIMEOUT}, under the policy {@link #onTimeout}, and is not
   * tried again. Default: without limit.
   *
   * @param limit over zero and at most 365 days
   */
  public ProcessPoolBuilder queueTimeout(Duration limit) {
    this.queueTimeout = Refusals.positive("queueTimeout", limit);
    return this;
  }

  /**
   * Sets how many workers may die early (before they have begun any task) within a period, with
   * none in between that came to work; then the pool is broken. Default: 10 in 10 s.
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
   * Sets whether tasks may get copies of what exists to be shared: atomics, locks, latches,
   * blocking queues, synchronized and concurrent collections of the JDK. What a task does to such a
   * copy is never seen here, so work and inputs that hold one, however deep, are refused when they
   * are submitted, initializer and finalizer when the pool is built. Results may hold them. {@code
   * Vector}, {@code Hashtable}, {@code Properties} and {@code StringBuffer} are taken for values.
   * Default: false.
   */
  public ProcessPoolBuilder allowCopies(boolean allowed) {
    this.allowCopies = allowed;
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

  /**
   * Sets how many records of ended tasks and inputs are kept for {@link ProcessPool#records}, which
   * costs some 200 bytes each. Default: 10,000.
   *
   * @param records 0..1,000,000; 0: none
   */
  public ProcessPoolBuilder history(int records) {
    if (records < 0 || records > MOST_RECORDS) {
      throw new IllegalArgumentException(
          "history must be 0.." + MOST_RECORDS + ", history=" + records);
    }
    this.history = records;
    return this;
  }

  /** Adds a listener; see {@link PoolListener} for the thread that calls it. */
  public ProcessPoolBuilder listener(PoolListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Opens the pool. Beyond the least of {@link #workers(int, int)}, no worker is started before
   * there is work.
   *
   * @throws IllegalArgumentException if two settings contradict each other; both are named; if what
   *     is set of heap, metaspace, direct memory and the like does not fit into {@code
   *     memoryPerWorker}, with both numbers; or if the initializer or finalizer holds what {@link
   *     #allowCopies} does not allow
   * @throws IllegalStateException in a worker, if {@link #nesting} does not allow one more pool, or
   *     if the worker is initialising or decoding a class, which the message names
   * @throws UncheckedIOException if the pool's directory for temporary files cannot be created
   */
  public ProcessPool build() {
    Nest nest = Nest.here(name, nesting);
    var _ = workerCode(packing()); // refused before anything is started
    int most = nest.workers(workers, workersChosen);
    Nesting within = nest.ofItsWorkers(most, Runtime.getRuntime().availableProcessors());
    LocalSettings local =
        local(name, most, within, maxResult.count(), outputMode != OutputMode.DISCARD);
    PoolRules rules =
        new PoolRules(
            new Crew(
                Math.min(leastWorkers, most),
                most,
                nest.spares(warmSpares),
                recycleAfter(),
                idleNanos()),
            startTimeout().toNanos(),
            grace().toNanos(),
            PICK_UP.toNanos(),
            queueTimeout == null ? Long.MAX_VALUE : queueTimeout.toNanos(),
            memoryRules(local.memoryPlan().heapBytes()),
            restartLimit,
            System.nanoTime());
    try {
      return new ProcessPool(this, rules, new LocalBackend(local));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "pool \"" + name + "\" cannot create its directory: " + e.getMessage(), e);
    }
  }

  private long idleNanos() {
    Duration limit = idleTimeout == null && shrinks ? USUAL_IDLE : idleTimeout;
    return limit == null ? Long.MAX_VALUE : limit.toNanos();
  }

  // ---- for the pool

  QueueLimit queueLimit() {
    return new QueueLimit(queuedTasks, queuedBytes.count(), whenQueueFull);
  }

  String name() {
    return name;
  }

  int workers() {
    return workers;
  }

  /** For tests: a limit that does not take them half a minute. */
  ProcessPoolBuilder decodeLimit(DecodeLimit limit) {
    this.decodeLimit = limit;
    return this;
  }

  DecodeLimit decodeLimit() {
    return decodeLimit;
  }

  Packing packing() {
    return new Packing(allowCopies, userCodec());
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

  int history() {
    return history;
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
    return new TaskRules(limit, retry, onCrash, onException, onTimeout, 0);
  }

  /** Returns the settings in words. */
  @Override
  public String toString() {
    List<String> all =
        new ArrayList<>(
            List.of(
                "name=" + name,
                "workers=" + (leastWorkers == 0 ? "" : leastWorkers + "..") + workers,
                "idleTimeout=" + idleTimeout,
                "warmSpares=" + warmSpares,
                "onCrash=" + onCrash,
                "onException=" + onException,
                "onTimeout=" + onTimeout,
                "retry=" + retry,
                "timeout=" + timeout,
                "queueLimit=" + queueLimit(),
                "queueTimeout=" + queueTimeout,
                "restartLimit=" + restartLimit,
                "nesting=" + nesting,
                "allowCopies=" + allowCopies,
                "maxResultBytes=" + maxResult,
                "output=" + (outputSink == null ? outputMode : outputSink)));
    all.addAll(inWords());
    return "ProcessPoolBuilder" + all;
  }
}
