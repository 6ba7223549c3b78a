package dev.outlive.examples.inbox;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A JVM of this one's class path with a heap of 128 MB, in a scratch directory that holds whatever
 * it may leave: crash report, core, temporary files. Closing, or the end of this JVM, kills it and
 * deletes the directory. Its standard output is a pipe for {@link Process#getInputStream}, its
 * standard error is ours.
 */
final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final Path scratch;
  private final Thread atExit;

  private ChildJvm(Process process, Path scratch) {
    this.process = process;
    this.scratch = scratch;
    this.atExit = Thread.ofPlatform().unstarted(this::end);
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Starts the {@code main} of a class with a path as its argument. */
  static ChildJvm start(Class<?> main, Path argument) throws IOException {
    Path scratch = Files.createTempDirectory("hostile-inbox-");
    try {
      Process process =
          new ProcessBuilder(command(main, argument, scratch))
              .directory(scratch.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      return new ChildJvm(process, scratch);
    } catch (IOException e) {
      deleteAll(scratch);
      throw e;
    }
  }

  Process process() {
    return process;
  }

  /** Where the JVM writes its report if it crashes. */
  Path crashReport() {
    return crashReport(scratch);
  }

  Path scratch() {
    return scratch;
  }

  /**
   * Kills it, if it still runs, and waits until it is gone. By its handle: the process's own method
   * also closes its streams, and the last lines would be lost.
   */
  void kill() throws InterruptedException {
    process.toHandle().destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return; // this JVM is ending: the hook does it
    }
    end();
  }

  private void end() {
    process.destroyForcibly().onExit().join();
    try {
      deleteAll(scratch);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> command(Class<?> main, Path argument, Path scratch) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx128m");
    command.add("-XX:-UsePerfData"); // its file would outlive a kill
    command.add("-XX:ErrorFile=" + crashReport(scratch));
    command.add("-Djava.io.tmpdir=" + scratch);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(absolute(System.getProperty("java.class.path")));
    command.add(main.getName());
    command.add(argument.toString());
    return command;
  }

  private static String absolute(String classPath) {
    return Arrays.stream(classPath.split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Path crashReport(Path scratch) {
    return scratch.resolve("hs_err.log");
  }

  private static void deleteAll(Path directory) throws IOException {
    List<Path> files;
    try (var found = Files.walk(directory)) {
      files = found.toList().reversed();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }
}
