package dev.outlive.internal.local;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a pool's workers: which java, which flags, which class path. What is the same
 * for all of them stands in an argument file, which knows no limit of length.
 */
final class JavaCommand {
  private final LocalSettings settings;
  private final Path argumentFile;
  private final List<String> main;
  private final MemoryPlan memory;

  private JavaCommand(
      LocalSettings settings, Path argumentFile, List<String> main, MemoryPlan memory) {
    this.settings = settings;
    this.argumentFile = argumentFile;
    this.main = main;
    this.memory = memory;
  }

  /** Writes the argument file into the directory, and Outlive's own classes if need be. */
  static JavaCommand prepare(LocalSettings settings, MemoryPlan memory, Path directory)
      throws IOException {
    Path file = directory.resolve("worker.args");
    ClassPlaces places = ClassPlaces.of(settings.classPath(), directory);
    ArgumentFiles.write(file, options(settings, memory, places));
    return new JavaCommand(settings, file, places.main(), memory);
  }

  /**
   * Returns the command of one worker, without what makes its link private.
   *
   * @param own how much memory it gets: where that is not as usual, it has options of its own, and
   *     of several that set the same the JVM takes the last
   */
  List<String> forWorker(Path crashReport, Path temporary, MemoryPlan own, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(settings.javaHome().resolve("bin").resolve("java").toString());
    command.add("-XX:ErrorFile=" + crashReport);
    command.add("-XX:ReplayDataFile=" + crashReport.resolveSibling("replay.log"));
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("@" + argumentFile);
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
    if (!places.classPath().isEmpty()) {
      options.add("-cp");
      options.add(String.join(File.pathSeparator, places.classPath()));
    }
    return options;
  }
}
