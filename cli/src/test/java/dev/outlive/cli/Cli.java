package dev.outlive.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A command in a JVM of its own, as a user's shell would start it; its files are kept in a
 * directory.
 */
final class Cli implements AutoCloseable {
  private static final int LIMIT_SECONDS = 120;

  private final Process process;
  private final Path out;
  private final Path err;

  private Cli(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Starts a command in the directory; what it reads from stdin is what is given. */
  static Cli start(Path directory, String stdin, String... arguments) throws IOException {
    return launch(directory, List.of(), stdin, arguments);
  }

  /** Starts a command with options of the JVM, and nothing on stdin. */
  static Cli start(Path directory, List<String> options, String... arguments) throws IOException {
    return launch(directory, options, "", arguments);
  }

  private static Cli launch(Path directory, List<String> options, String stdin, String... arguments)
      throws IOException {
    Path out = directory.resolve("stdout");
    Path err = directory.resolve("stderr");
    List<String> command = new ArrayList<>();
    if (System.getProperty("os.name").equals("Linux")) {
      // Started in the background of a script, we inherit that SIGINT is ignored.
      command.addAll(List.of("env", "--default-signal=INT"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path")));
    command.addAll(options);
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8"); // as the launcher does: arguments in UTF-8
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(stdin.getBytes(UTF_8));
    }
    return new Cli(process, out, err);
  }

  /** Waits for its end and returns the exit status. */
  int status() throws InterruptedException {
    assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as("ended in time").isTrue();
    return process.exitValue();
  }

  List<String> out() throws IOException {
    return Files.readAllLines(out);
  }

  String err() throws IOException {
    return Files.readString(err);
  }

  void interrupt() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).inheritIO().start().waitFor();
  }

  /** Waits until something is so. */
  static void await(String what, BooleanSupplier isSo) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!isSo.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time: %s", what).isLessThan(until);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  /** Waits until the text is on stderr. */
  void awaitOnErr(String text) {
    await(
        text,
        () -> {
          try {
            return err().contains(text);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
