package dev.outlive.internal.local;

import dev.outlive.internal.protocol.Processors;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The command line of a pool's workers: which java, which flags, which class path. What is the same
 * for all of them stands in an argument file, which knows no limit of length.
 */
final class JavaCommand {
  private final LocalSettings settings;
  private final Path argumentFile;
  private final List<String> main;
  private final MemoryPlan memory;
  private final Optional<AotKey> aotKey;

  private JavaCommand(
      LocalSettings settings,
      Path argumentFile,
      List<String> main,
      MemoryPlan memory,
      Optional<AotKey> aotKey) {
    this.settings = settings;
    this.argumentFile = argumentFile;
    this.main = main;
    this.memory = memory;
    this.aotKey = aotKey;
  }

  /** Writes the argument file into the directory, and Outlive's own classes if need be. */
  static JavaCommand prepare(LocalSettings settings, MemoryPlan memory, Path directory)
      throws IOException {
    Path file = directory.resolve("worker.args");
    ClassPlaces places = ClassPlaces.of(settings.classPath(), directory);
    List<String> options = options(settings, memory, places);
    Optional<AotKey> aotKey = AotKey.of(settings.javaHome(), places, memory, options);
    ArgumentFiles.write(file, withClassPath(options, places.classPath()));
    return new JavaCommand(settings, file, places.main(), memory, aotKey);
  }

  /** For which AOT caches these workers are; empty: for none. */
  Optional<AotKey> aotKey() {
    return aotKey;
  }

  /** Returns the command of the process that makes an AOT cache. */
  List<String> forTraining(AotKey key, Path cache, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(withClassPath(key.options(), key.ownJars()));
    command.add("-XX:AOTCacheOutput=" + cache);
    command.addAll(AotCache.OPTIONS);
    command.addAll(main);
    command.addAll(arguments);
    return command;
  }

  /**
   * Returns the command of one worker, without what makes its link private.
   *
   * @param aotCache what it starts with, if anything
   * @param own how much memory it gets: where that is not as usual, it has options of its own, and
   *     of several that set the same the JVM takes the last
   */
  List<String> forWorker(
      Path crashReport,
      Path temporary,
      Optional<Path> aotCache,
      MemoryPlan own,
      List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.add("-XX:ErrorFile=" + crashReport);
    command.add("-XX:ReplayDataFile=" + crashReport.resolveSibling("replay.log"));
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("@" + argumentFile);
    aotCache.ifPresent(
        file -> {
          command.add("-XX:AOTCache=" + file);
          command.addAll(AotCache.OPTIONS);
        });
    command.addAll(own.optionsBeside(memory));
    command.addAll(main);
    command.addAll(arguments);
    return command;
  }

  private static List<String> options(
      LocalSettings settings, MemoryPlan memory, ClassPlaces places) {
    List<String> options = new ArrayList<>();
    if (settings.jvmArgs().stream().noneMatch(JvmSizes::choosesCollector)) {
      options.add("-XX:+UseSerialGC");
    }
    int share = Runtime.getRuntime().availableProcessors() / settings.workers();
    options.add("-XX:ActiveProcessorCount=" + Math.max(1, share));
    options.add(Processors.option());
    options.add("-XX:-UsePerfData");
    options.add("-XX:+ExitOnOutOfMemoryError");
    options.add("-XX:ErrorLogTimeout=5");
    options.add("-XX:+DisplayVMOutputToStderr");
    options.add("-XX:-PrintHeapAtSIGBREAK");
    options.add("-Xlog:disable");
    options.add("-Xlog:all=warning:stderr");
    options.addAll(places.options());
    options.addAll(memory.options());
    if (settings.inheritJvmOptions()) {
      options.addAll(InheritedOptions.ofThisJvm(places.hasModule()));
    }
    options.addAll(settings.jvmArgs());
    return options;
  }

  private static List<String> withClassPath(List<String> options, List<String> classPath) {
    List<String> all = new ArrayList<>(options);
    if (!classPath.isEmpty()) {
      all.add("-cp");
      all.add(String.join(File.pathSeparator, classPath));
    }
    return all;
  }

  private String java() {
    return settings.javaHome().resolve("bin").resolve("java").toString();
  }
}
