package dev.outlive.memory;

import dev.outlive.os.NativeAccess;
import dev.outlive.os.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A JVM that does one thing of {@link Actor}, and ends with its test. */
final class Child implements AutoCloseable {
  private static final long LIMIT_SECONDS = 60;

  private final Process process;
  private final BufferedReader lines;

  private Child(ProcessBuilder builder) throws IOException {
    process = builder.start();
    lines = process.inputReader();
  }

  /** Starts a program of its own, with native access if this JVM has it. */
  static Child program(String... words) throws IOException {
    return new Child(builder(NativeAccess.enabled(), words));
  }

  /** Starts one that belongs to this program, as a pool's worker does. */
  static Child worker(String... words) throws IOException {
    ProcessBuilder builder = builder(true, words); // a pool always gives it to its workers
    Program.tell(builder.environment());
    return new Child(builder);
  }

  static Child program(boolean nativeAccess, Map<String, String> environment, String... words)
      throws IOException {
    ProcessBuilder builder = builder(nativeAccess, words);
    builder.environment().putAll(environment);
    return new Child(builder);
  }

  /** Starts a program whose errors can be asked for. */
  static Child heard(boolean nativeAccess, String... words) throws IOException {
    return new Child(builder(nativeAccess, words).redirectError(Redirect.PIPE));
  }

  private static ProcessBuilder builder(boolean nativeAccess, String... words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    if (nativeAccess) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Actor.class.getName()));
    command.addAll(List.of(words));
    return new ProcessBuilder(command).redirectError(Redirect.INHERIT);
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Returns the next line it prints. */
  String line() throws IOException {
    String line = lines.readLine();
    if (line == null) {
      throw new AssertionError("the child ended without a line");
    }
    return line;
  }

  /** SIGKILL; does not wait. */
  void kill() {
    Process _ = process.destroyForcibly();
  }

  /** Lets it go on, where it waits for that. */
  void goOn() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  /** Returns all that it says of errors, where that is not this JVM's. */
  String errors() throws IOException {
    return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  int end() throws InterruptedException {
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("process " + pid() + " does not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() throws InterruptedException, IOException {
    kill();
    int _ = end();
    lines.close();
  }
}
