package dev.outlive;

import dev.outlive.internal.local.LocalSettings;
import dev.outlive.internal.pool.LoaderTable;
import dev.outlive.internal.pool.Packing;
import dev.outlive.internal.pool.WorkerCode;
import dev.outlive.internal.protocol.Nesting;
import dev.outlive.internal.protocol.UserCodec;
import dev.outlive.spi.TaskCodec;
import dev.outlive.task.Action;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a pool's worker processes: which JVM, with which options, where it runs, how long
 * it may take. Confined to one thread. Long with the Javadoc of all of them.
 */
abstract sealed class WorkerSettings extends MemorySettings permits ProcessPoolBuilder {
  private static final Duration LONGEST = Refusals.LONGEST;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private Duration startTimeout = Duration.ofSeconds(30);
  private Duration grace = Duration.ofSeconds(2);
  private Duration drainAtExit = Duration.ZERO;
  private Duration frozenAfter = Duration.ofSeconds(30);
  private boolean stacksOnCancel;
  private boolean coreDumps;
  private Path javaHome = Path.of(System.getProperty("java.home"));
  private boolean inheritJvmOptions = true;
  private List<String> jvmArgs = List.of();
  private List<Path> classPath = List.of();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private @Nullable Path workingDirectory;
  private @Nullable TaskCodec codec;
  private final LoaderTable loaders = new LoaderTable();
  private @Nullable Action initializer;
  private @Nullable Action finalizer;
  private int recycleAfter = Integer.MAX_VALUE;

  /**
   * Sets how long a worker may take until it is ready. Default: 30 s.
   *
   * @param limit over zero and at most 365 days
   */
  public ProcessPoolBuilder startTimeout(Duration limit) {
    this.startTimeout = Refusals.positive("startTimeout", limit);
    return self();
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
    return self();
  }

  /**
   * Sets how long the pool's work may go on when this program ends without having closed the pool,
   * by {@code System.exit}, SIGTERM, Ctrl-C or the end of {@code main} (a pool's threads are
   * daemons): it takes no more tasks, and what has come is finished; what is not by then is killed.
   * Callbacks of futures that it completes run before the program ends, if they are done within a
   * second. A shutdown hook of your own cannot do that: it runs beside the pool's. Choose less than
   * whoever ends the program waits for (Kubernetes: 30 s). Default: zero, all work is killed at
   * once.
   *
   * @param limit zero to 365 days
   */
  public ProcessPoolBuilder drainAtExit(Duration limit) {
    Objects.requireNonNull(limit, "drainAtExit");
    if (limit.isNegative() || limit.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("drainAtExit must be 0..365 days, drainAtExit=" + limit);
    }
    this.drainAtExit = limit;
    return self();
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
    return self();
  }

  /**
   * Sets whether a worker's stacks are taken before it is killed for a task that was cancelled and
   * did not end, as they are for a timeout; that delays the kill by 250 ms at most. Default: false.
   */
  public ProcessPoolBuilder stacksOnCancel(boolean taken) {
    this.stacksOnCancel = taken;
    return self();
  }

  /**
   * Sets whether the kernel may write a core dump of a worker that crashes, as far as this
   * process's own limit allows; one has the size of the worker. Default: false.
   */
  public ProcessPoolBuilder coreDumps(boolean written) {
    this.coreDumps = written;
    return self();
  }

  /**
   * Sets the JDK or JRE, 25 or later, that workers run on. Default: this JVM's. Checked when the
   * first worker starts.
   */
  public ProcessPoolBuilder javaHome(Path directory) {
    this.javaHome = Objects.requireNonNull(directory, "javaHome").toAbsolutePath();
    return self();
  }

  /**
   * Sets whether workers get those of this JVM's options that decide what classes mean ({@code -D},
   * {@code --add-opens}, {@code -ea}, ...). Heap, collector, agents, debugging and logging are
   * never inherited. Default: true.
   */
  public ProcessPoolBuilder inheritJvmOptions(boolean inherited) {
    this.inheritJvmOptions = inherited;
    return self();
  }

  /**
   * Sets further options of the workers' JVMs, after all others.
   *
   * @throws IllegalArgumentException for a heap size if {@link ProcessPoolBuilder#maxHeap} is set
   *     too (on build)
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
    return self();
  }

  /**
   * Sets the workers' class path, beside Outlive's own; they then have no module path. Default:
   * this JVM's class path, and its module path if it has modules.
   */
  public ProcessPoolBuilder classPath(Path... entries) {
    List<Path> all = Refusals.listOf("classPath", entries);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("classPath needs at least one entry, entries=[]");
    }
    this.classPath = all;
    return self();
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
    if (variable.equals(Nesting.VARIABLE)) {
      throw new IllegalArgumentException(
          "the variable " + variable + " is Outlive's own; see nesting(...)");
    }
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "a variable's value must not hold NUL, variable=" + variable);
    }
    environment.put(variable, value);
    return self();
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
    return self();
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
    Packing.OF_CODE.encode(action, "the initializer", loaders.forGood());
    this.initializer = action;
    return self();
  }

  /**
   * Sets what each worker runs before it leaves, when the pool asks it to: recycled, idle for too
   * long, or at the end of a pool that is closed. It has the {@link ProcessPoolBuilder#grace} for
   * that. A worker that dies or is killed runs nothing more. One that throws is logged and leaves
   * all the same. Default: nothing.
   *
   * @throws IllegalArgumentException if it cannot travel; the message names the path to what cannot
   */
  public ProcessPoolBuilder finalizer(Action action) {
    Objects.requireNonNull(action, "finalizer");
    Packing.OF_CODE.encode(action, "the finalizer", loaders.forGood());
    this.finalizer = action;
    return self();
  }

  /**
   * Sets how the inputs of runs and the results of tasks travel, instead of the JDK's
   * serialisation; {@code allowCopies} and the filter for results do not look at what it does.
   * Tasks, functions and exceptions travel as before.
   *
   * @throws IllegalArgumentException if the codec itself cannot travel by the JDK's serialisation
   */
  public ProcessPoolBuilder codec(TaskCodec value) {
    Objects.requireNonNull(value, "codec");
    Packing.OF_CODE.encode(value, "the codec", loaders.forGood());
    this.codec = value;
    return self();
  }

  /**
   * Sets how many tasks and inputs a worker gets until it leaves; 1: a fresh process for each. Its
   * successor is started before that, so that for a while there are more processes than workers at
   * work. Against what tasks leave behind: leaks, caches, changed settings. Default: without limit.
   *
   * @param tasks 1 or more
   */
  public ProcessPoolBuilder recycleAfter(int tasks) {
    if (tasks < 1) {
      throw new IllegalArgumentException("recycleAfter must be 1 or more, recycleAfter=" + tasks);
    }
    this.recycleAfter = tasks;
    return self();
  }

  // ---- for the pool

  /** Checks what only all settings together can tell, and returns what the processes need. */
  LocalSettings local(
      String pool, int workers, Nesting nesting, long maxResultBytes, boolean tagsOutput) {
    Refusals.jvmArgs(jvmArgs, maxHeap());
    Map<String, String> variables = new LinkedHashMap<>(environment);
    variables.put(Nesting.VARIABLE, nesting.text());
    return new LocalSettings(
        pool,
        workers,
        javaHome,
        memoryLimits(),
        inheritJvmOptions,
        jvmArgs,
        classPath,
        Map.copyOf(variables),
        Optional.ofNullable(workingDirectory),
        maxResultBytes,
        grace,
        frozenAfter,
        stacksOnCancel,
        coreDumps,
        tagsOutput);
  }

  Duration startTimeout() {
    return startTimeout;
  }

  Duration grace() {
    return grace;
  }

  Duration drainAtExit() {
    return drainAtExit;
  }

  int recycleAfter() {
    return recycleAfter;
  }

  @Nullable UserCodec userCodec() {
    return codec == null ? null : new UserCodec(codec);
  }

  LoaderTable loaders() {
    return loaders;
  }

  /** Only once all settings are made is it known what it may hold. */
  WorkerCode workerCode(Packing packing) {
    TaskCodec own = codec;
    return new WorkerCode(
        own == null ? NOTHING : Packing.OF_CODE.encode(own, "the codec", loaders.forGood()),
        packed(packing, initializer, "the initializer"),
        packed(packing, finalizer, "the finalizer"));
  }

  private ByteBuffer packed(Packing packing, @Nullable Action action, String what) {
    return action == null ? NOTHING : packing.encode(action, what, loaders.forGood());
  }

  /** Returns the settings in words. */
  @Override
  List<String> inWords() {
    List<String> words = new ArrayList<>(super.inWords());
    words.addAll(
        List.of(
            "startTimeout=" + startTimeout,
            "grace=" + grace,
            "drainAtExit=" + drainAtExit,
            "frozenAfter=" + frozenAfter,
            "recycleAfter=" + recycleAfter,
            "initializer=" + (initializer != null),
            "finalizer=" + (finalizer != null),
            "codec=" + codec,
            "javaHome=" + javaHome,
            "jvmArgs=" + jvmArgs));
    return words;
  }
}
