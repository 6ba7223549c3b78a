package dev.outlive.internal.local;

import dev.outlive.internal.protocol.WorkerArguments;
import dev.outlive.os.NativeAccess;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The command line of a pool's workers: which java, which flags, which class path. What is the same
 * for all of them stands in an argument file, which knows no limit of length.
 *
 * <p>A worker gets of this JVM's options those that decide what its classes mean, and none that
 * decide about heap, collector, agents, debugging or logging: two JVMs cannot share a debug port.
 */
final class JavaCommand {
  private static final List<String> INHERITED =
      List.of(
          "-D",
          "--enable-preview",
          "--add-",
          "-ea",
          "-da",
          "-esa",
          "-dsa",
          "-enableassertions",
          "-disableassertions",
          "-enablesystemassertions",
          "-disablesystemassertions");
  private static final List<String> NEVER_INHERITED =
      List.of("-Dcom.sun.management", "-Djava.io.tmpdir=", "-Djava.security.debug");

  /** Those of java(1) whose value may be the next word; then it is not the main class. */
  private static final Set<String> TAKES_A_VALUE =
      Set.of(
          "-cp",
          "-classpath",
          "--class-path",
          "-p",
          "--module-path",
          "--upgrade-module-path",
          "--limit-modules",
          "--patch-module",
          "--enable-native-access",
          "--source");

  private final LocalSettings settings;
  private final Path argumentFile;

  private JavaCommand(LocalSettings settings, Path argumentFile) {
    this.settings = settings;
    this.argumentFile = argumentFile;
  }

  /** Writes the argument file into the directory. */
  static JavaCommand prepare(LocalSettings settings, Path directory) throws IOException {
    Path file = directory.resolve("worker.args");
    Charset charset = Charset.forName(System.getProperty("native.encoding", "UTF-8"));
    StringBuilder text = new StringBuilder();
    for (String option : options(settings)) {
      text.append(quoted(option)).append('\n');
    }
    Files.write(file, text.toString().getBytes(charset));
    return new JavaCommand(settings, file);
  }

  /** Returns the command of one worker, without what makes its link private. */
  List<String> forWorker(Path crashReport, Path temporary, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(settings.javaHome().resolve("bin").resolve("java").toString());
    command.add("-XX:ErrorFile=" + crashReport);
    command.add("-XX:ReplayDataFile=" + crashReport.resolveSibling("replay.log"));
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("@" + argumentFile);
    command.add(WorkerArguments.MAIN_CLASS);
    command.addAll(arguments);
    return command;
  }

  private static List<String> options(LocalSettings settings) {
    List<String> options = new ArrayList<>();
    if (settings.jvmArgs().stream().noneMatch(JavaCommand::choosesCollector)) {
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
    options.add("--enable-native-access=ALL-UNNAMED");
    settings.maxHeap().ifPresent(heap -> options.add("-Xmx" + heap.count()));
    if (settings.inheritJvmOptions()) {
      options.addAll(inherited(ownArguments()));
    }
    options.addAll(settings.jvmArgs());
    options.add("-cp");
    options.add(classPath(settings.classPath()));
    return options;
  }

  private static boolean choosesCollector(String option) {
    return option.startsWith("-XX:+Use") && option.endsWith("GC");
  }

  private static List<String> ownArguments() {
    return ProcessHandle.current().info().arguments().map(List::of).orElse(List.of());
  }

  /** Returns those of a JVM's arguments that its workers get, up to the main class. */
  static List<String> inherited(List<String> arguments) {
    List<String> options = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      boolean option = argument.startsWith("-") || argument.startsWith("@");
      if (!option || argument.startsWith("--module=")) {
        break;
      }
      boolean separate = TAKES_A_VALUE.contains(argument) || spaced(argument);
      boolean wanted =
          INHERITED.stream().anyMatch(argument::startsWith)
              && NEVER_INHERITED.stream().noneMatch(argument::startsWith);
      if (wanted) {
        options.add(argument);
      }
      if (separate && i + 1 < arguments.size()) {
        i++;
        if (wanted) {
          options.add(arguments.get(i));
        }
      }
    }
    return options;
  }

  /** {@code --add-opens X} may be written in two words, {@code --add-opens=X} in one. */
  private static boolean spaced(String argument) {
    return argument.startsWith("--add-") && argument.indexOf('=') < 0;
  }

  private static String classPath(List<Path> given) {
    Set<String> entries = new LinkedHashSet<>();
    entries.add(home(WorkerArguments.class));
    entries.add(home(NativeAccess.class));
    if (given.isEmpty()) {
      addAll(entries, System.getProperty("java.class.path", ""));
      addAll(entries, System.getProperty("jdk.module.path", ""));
    } else {
      given.forEach(path -> entries.add(path.toAbsolutePath().toString()));
    }
    return String.join(File.pathSeparator, entries);
  }

  /** Relative entries are meant from where this JVM runs, which need not be where a worker runs. */
  private static void addAll(Set<String> entries, String path) {
    if (path.isEmpty()) {
      return;
    }
    for (String entry : path.split(File.pathSeparator, -1)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
  }

  private static String home(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      throw new IllegalStateException(
          "cannot tell where " + type.getName() + " was loaded from, so no worker can load it");
    }
    try {
      URI location = source.getLocation().toURI();
      return Path.of(location).toString();
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new IllegalStateException(
          "workers need Outlive in a jar or a directory of its own, it is at "
              + source.getLocation(),
          e);
    }
  }

  /** As java(1) wants it in an argument file, where a quoted word ends with its line. */
  static String quoted(String argument) {
    String escaped =
        argument
            .replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replace("\r", "\\r");
    return '"' + escaped + '"';
  }
}
