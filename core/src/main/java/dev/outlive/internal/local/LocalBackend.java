package dev.outlive.internal.local;

import dev.outlive.internal.protocol.BulkPlace;
import dev.outlive.internal.protocol.Nesting;
import dev.outlive.internal.protocol.WorkerArguments;
import dev.outlive.os.Background;
import dev.outlive.os.DeathWatch;
import dev.outlive.os.Guardian;
import dev.outlive.os.Program;
import dev.outlive.os.StartLine;
import dev.outlive.os.WorkerCgroups;
import dev.outlive.spi.MemoryView;
import dev.outlive.spi.WorkerBackend;
import dev.outlive.spi.WorkerHandle;
import dev.outlive.spi.WorkerObserver;
import dev.outlive.spi.WorkerSize;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Workers that are processes of this machine. One long-lived thread starts them all, since a
 * child's parent-death signal comes when the <em>thread</em> ends that started it (prctl(2)).
 *
 * <p>Long, as the one place where all that workers of this machine share is made and put away.
 */
public final class LocalBackend implements WorkerBackend {
  private static final Logger LOG = System.getLogger(LocalBackend.class.getName());

  /** How often a look is taken at each worker. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private static final long BURIAL_SECONDS = 5;

  /** With a debug or management port in one of these every second JVM would fail to start. */
  private static final List<String> NOT_INHERITED =
      List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  private final LocalSettings settings;
  private final RunDirectory directory;
  private final MemoryPlan memory;
  private final JavaCommand command;
  private final Guardian guardian;
  private final StartLine startLine;
  private final ThreadPoolExecutor launcher;
  private final Phaser burials = new Phaser(1); // a party for each worker that was launched
  private final VitalSigns vitals;
  private final DeathWatch deaths;
  private final Optional<WorkerCgroups> cgroups;
  private final Optional<BulkPlace> segments;
  private final Optional<AotCache> aotCache;
  private final Optional<AotTraining> training;
  private final Set<WorkerProcess> workers = ConcurrentHashMap.newKeySet();

  /**
   * Creates the run directory and starts the guardian; no worker yet.
   *
   * @throws IOException if the run directory cannot be created
   */
  public LocalBackend(LocalSettings settings) throws IOException {
    this(settings, StartLine.best());
  }

  LocalBackend(LocalSettings settings, StartLine startLine) throws IOException {
    this.settings = settings;
    this.startLine = startLine;
    this.memory = settings.memoryPlan();
    Overcommit.warn(settings, memory, MachineMemory.here());
    this.directory = RunDirectory.create();
    this.command = JavaCommand.prepare(settings, memory, directory.path());
    this.cgroups = cgroups(settings, directory);
    this.segments = segments(directory);
    this.guardian = Guardian.start(settings.pool(), directory.path());
    this.vitals =
        new VitalSigns(
            settings.pool(), new VitalSigns.Limits(LOOK, settings.frozenAfter(), settings.grace()));
    this.deaths = new DeathWatch("outlive-" + settings.pool() + "-deaths");
    this.aotCache = startLine.ownSession() ? AotCache.of(command.aotKey()) : Optional.empty();
    this.training = Nesting.here().isPresent() ? Optional.empty() : aotCache.map(this::training);
    this.launcher =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("outlive-" + settings.pool() + "-launch").factory());
    launcher.prestartCoreThread();
    aotCache.ifPresent(cache -> launcher.execute(() -> cache.file(memory)));
    String missing = (startLine.missing() + " " + guardian.missing()).strip();
    if (!missing.isEmpty()) {
      LOG.log(Level.WARNING, "pool \"{0}\": {1}", settings.pool(), missing);
    }
  }

  @Override
  public WorkerHandle launch(int number, WorkerSize size, WorkerObserver observer) {
    WorkerProcess worker = new WorkerProcess(this, number, memory.resized(size), observer);
    workers.add(worker);
    burials.register();
    launcher.execute(worker::start);
    return worker;
  }

  /** A worker is ready for the first time. */
  void ready(WorkerProcess worker) {
    training.ifPresent(AotTraining::begin);
  }

  /** A worker has died. */
  void died(WorkerProcess worker) {
    workers.remove(worker);
  }

  @Override
  public void watchMemory(Consumer<MemoryView> observer) {
    vitals.watchHost(observer);
  }

  @Override
  public void watchMemoryClosely(boolean closely) {
    vitals.watchHostClosely(closely);
  }

  /** A worker of which nothing is left. */
  void buried() {
    int _ = burials.arriveAndDeregister();
  }

  @Override
  public Optional<Path> segments() {
    return segments.map(BulkPlace::path);
  }

  @Override
  public void close() {
    launcher.shutdown();
    training.ifPresent(AotTraining::close);
    awaitBurials();
    vitals.close();
    deaths.close();
    cgroups.ifPresent(WorkerCgroups::close);
    guardian.close();
    segments.ifPresent(BulkPlace::clear);
    directory.delete();
  }

  /** The guardian is told where, should this process not come to it. */
  private static Optional<BulkPlace> segments(RunDirectory directory) throws IOException {
    Optional<BulkPlace> place = BulkPlace.ofPool(directory.token());
    if (place.isPresent()) {
      Path file = directory.path().resolve(Guardian.SEGMENTS);
      Files.writeString(file, place.get().prefix() + "\n");
    }
    return place;
  }

  /** Deletes what a dead worker has made, in its directory and elsewhere. */
  void deleteForWorker(int worker) {
    directory.deleteForWorker(worker);
    segments.ifPresent(place -> place.ofWorker(worker).clear());
  }

  /** What is not done by then goes with the directory, or finds nothing left to do. */
  private void awaitBurials() {
    try {
      int _ = burials.awaitAdvanceInterruptibly(burials.arrive(), BURIAL_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      LOG.log(Level.DEBUG, "pool \"{0}\": a worker''s files are not deleted yet", settings.pool());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Where none can be made the pool works without, and says why. */
  private static Optional<WorkerCgroups> cgroups(LocalSettings settings, RunDirectory directory)
      throws IOException {
    if (!settings.memory().isolate()) {
      return Optional.empty();
    }
    WorkerCgroups made = WorkerCgroups.create(directory.token());
    if (!made.works()) {
      LOG.log(
          Level.WARNING,
          "pool \"{0}\": isolateMemory has no effect: {1}",
          settings.pool(),
          made.problem());
      made.close();
      return Optional.empty();
    }
    Path place = made.directory().orElseThrow();
    Files.writeString(directory.path().resolve(Guardian.CGROUPS), place + "\n");
    return Optional.of(made);
  }

  /** Returns the control group that a worker is to have; none if none is to be had. */
  OwnGroup group(int worker, MemoryPlan plan) {
    return cgroups
        .map(made -> new OwnGroup(made.forWorker(worker, plan.limitBytes()), made.place()))
        .orElse(OwnGroup.NONE);
  }

  /**
   * Returns how the process of a worker is to be started.
   *
   * @param own the worker's directory
   * @param plan how much memory it gets
   * @param group the control group that it is to be in
   * @param aot the AOT cache that it starts with, if any
   * @param outputToken what its output is marked with; 0: nothing
   */
  ProcessBuilder process(
      int worker, Path own, MemoryPlan plan, OwnGroup group, Optional<Path> aot, long outputToken) {
    WorkerArguments arguments =
        new WorkerArguments(
            startLine,
            own.resolve("page"),
            worker,
            ProcessHandle.current().pid(),
            settings.maxResultBytes(),
            outputToken,
            segments,
            segments.filter(_ -> group.equals(OwnGroup.NONE)).map(place -> place.ofWorker(worker)),
            settings.pool());
    List<String> java =
        command.forWorker(
            own.resolve("hs_err_pid%p.log"),
            own.resolve("tmp"),
            aot,
            plan,
            arguments.toCommandLine());
    ProcessBuilder builder =
        new ProcessBuilder(startLine.wrap(java, settings.coreDumps(), group.procs()));
    settings.workingDirectory().ifPresent(directory -> builder.directory(directory.toFile()));
    Map<String, String> environment = builder.environment();
    environment.keySet().removeAll(NOT_INHERITED);
    environment.putAll(settings.environment());
    environment.put(RunDirectory.SHARED_VARIABLE, RunDirectory.shared().toString());
    Program.tell(environment);
    return builder;
  }

  private AotTraining training(AotCache cache) {
    Path own = directory.path().resolve("training");
    return new AotTraining(
        settings.pool(),
        cache,
        own,
        guardian,
        () -> workers.stream().anyMatch(WorkerProcess::atWork),
        made -> trainee(cache.key(), own, made));
  }

  /** How the worker is started that is not the pool's, and that makes an AOT cache. */
  private ProcessBuilder trainee(AotKey key, Path own, Path made) {
    WorkerArguments arguments =
        new WorkerArguments(
            startLine,
            AotTraining.page(own),
            0,
            ProcessHandle.current().pid(),
            settings.maxResultBytes(),
            OutputReader.newToken(),
            Optional.empty(),
            Optional.empty(),
            settings.pool());
    List<String> java = command.forTraining(key, made, arguments.toCommandLine());
    ProcessBuilder builder = new ProcessBuilder(startLine.wrap(Background.command(java)));
    builder.directory(own.toFile());
    builder.environment().keySet().removeAll(NOT_INHERITED);
    return builder;
  }

  /** Returns the AOT cache that a worker with so much memory starts with, if there is one. */
  Optional<Path> aot(MemoryPlan plan) {
    return aotCache.flatMap(cache -> cache.file(plan));
  }

  /** A worker that was started with it has died early, and it may be why. */
  void blame(Path aot) {
    aotCache.ifPresent(cache -> cache.diedEarly(aot));
  }

  LocalSettings settings() {
    return settings;
  }

  RunDirectory directory() {
    return directory;
  }

  Guardian guardian() {
    return guardian;
  }

  VitalSigns vitals() {
    return vitals;
  }

  DeathWatch deaths() {
    return deaths;
  }

  StartLine startLine() {
    return startLine;
  }
}
