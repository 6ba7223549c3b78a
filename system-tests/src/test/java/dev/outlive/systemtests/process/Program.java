package dev.outlive.systemtests.process;

import dev.outlive.internal.local.RunDirectory;
import dev.outlive.os.NativeAccess;
import dev.outlive.os.ProcessIdentity;
import dev.outlive.os.WorkerCgroups;
import dev.outlive.systemtests.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Another JVM with the class path of this one. All that it starts is found by an environment
 * variable, which children inherit, and by the run directory in the guardian's command line.
 */
public final class Program implements AutoCloseable {
  private static final String VARIABLE = "OUTLIVE_TEST_PROGRAM";

  private static final Duration SOON = Duration.ofSeconds(5);

  private final Process process;
  private final ProcessIdentity identity;
  private final String mark;
  private final Path errors;

  private Program(Process process, String mark, Path errors) {
    this.process = process;
    this.identity = ProcessIdentity.of(process.pid()).orElseThrow();
    this.mark = mark;
    this.errors = errors;
  }

  /** Starts it in the world of this JVM: with native access if this one has it. */
  static Program start(Path scratch, Class<?> main, Object... arguments) throws IOException {
    List<String> options =
        NativeAccess.enabled() ? List.of("--enable-native-access=ALL-UNNAMED") : List.of();
    return start(scratch, List.of(), options, main, arguments);
  }

  /** Starts it behind other words of a command line. */
  public static Program start(
      Path scratch, List<String> before, List<String> options, Class<?> main, Object... arguments)
      throws IOException {
    return start(scratch, Map.of(), before, options, main, arguments);
  }

  static Program start(
      Path scratch,
      Map<String, String> environment,
      List<String> before,
      List<String> options,
      Class<?> main,
      Object... arguments)
      throws IOException {
    String classPath = System.getProperty("java.class.path");
    return start(scratch, environment, before, options, classPath, main, arguments);
  }

  /** Starts it with another class path. */
  public static Program start(
      Path scratch,
      Map<String, String> environment,
      List<String> before,
      List<String> options,
      String classPath,
      Class<?> main,
      Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
    command.add("-Doutlive.aot=off"); // unless it is what the test is about
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    String mark = VARIABLE + "=" + UUID.randomUUID();
    Path errors = Files.createTempFile(scratch, "program", ".stderr");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().putAll(environment);
    builder.environment().put(VARIABLE, mark.substring(mark.indexOf('=') + 1));
    return new Program(builder.start(), mark, errors);
  }

  public long pid() {
    return process.pid();
  }

  public String errors() {
    try {
      return Files.readString(errors);
    } catch (IOException e) {
      throw new AssertionError("its stderr cannot be read", e);
    }
  }

  /** Reads lines until it is the given one. */
  public void awaitLine(String expected) throws IOException {
    List<String> seen = new ArrayList<>();
    while (!seen.contains(expected)) {
      String line = process.inputReader().readLine();
      if (line == null) {
        throw new AssertionError("it ended after " + seen + ", stderr: " + errors());
      }
      seen.add(line);
    }
  }

  /** Writes a line to its stdin. */
  void say(String line) throws IOException {
    process.outputWriter().append(line).append('\n').flush();
  }

  String readLine() throws IOException {
    return String.valueOf(process.inputReader().readLine());
  }

  /** Reads until its end what it prints. */
  public String readAll() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String line; (line = process.inputReader().readLine()) != null; ) {
      lines.append(line).append('\n');
    }
    return lines.toString();
  }

  public int exitValue(Duration limit) throws Exception {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("it has not ended within " + limit);
    }
    return process.exitValue();
  }

  public boolean endsWithin(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Kills it as {@code kill -9} does. */
  public void kill() throws Exception {
    Signal.KILL.to(pid());
  }

  /** Returns what it has started and is alive: workers, their children, the guardian. */
  public List<Long> started() throws IOException {
    String runs = runDirectoryPrefix();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(path -> path.getFileName().toString().matches("[0-9]+"))
          .filter(path -> isOurs(path, runs))
          .map(path -> Long.valueOf(path.getFileName().toString()))
          .filter(pid -> pid != pid())
          .toList();
    }
  }

  List<Long> guardians() throws IOException {
    return started().stream()
        .filter(pid -> text(Path.of("/proc/" + pid + "/cmdline")).contains("outlive-guardian"))
        .toList();
  }

  List<Long> workers() throws IOException {
    return started().stream()
        .filter(pid -> text(Path.of("/proc/" + pid + "/cmdline")).contains("WorkerMain"))
        .toList();
  }

  private boolean isOurs(Path folder, String runs) {
    return ("\0" + text(folder.resolve("environ"))).contains("\0" + mark + "\0")
        || text(folder.resolve("cmdline")).contains(runs);
  }

  private String runDirectoryPrefix() {
    return RunDirectory.root().resolve(identity.token() + "-").toString();
  }

  public List<Path> runDirectories() throws IOException {
    try (Stream<Path> all = Files.list(RunDirectory.root())) {
      return all.filter(path -> path.toString().startsWith(runDirectoryPrefix())).toList();
    }
  }

  /** Waits until all that it has started is gone, and its files with it. */
  public void awaitNothingLeft(Duration limit) throws Exception {
    Await.until(limit, "the end of all", () -> started().isEmpty());
    // nobody is left who would delete it later
    Await.until(SOON, "the end of " + runDirectoryPrefix(), () -> runDirectories().isEmpty());
    Await.until("the end of its control groups", () -> controlGroups().isEmpty());
  }

  /** Returns the tokens of its pools that have control groups; removes none. */
  List<String> controlGroups() {
    List<String> tokens = new ArrayList<>();
    int _ =
        WorkerCgroups.sweep(
            token -> {
              if (token.startsWith(identity.token() + "-")) {
                tokens.add(token);
              }
              return true;
            });
    return tokens;
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() throws Exception {
    List<Long> left = started();
    process.destroyForcibly().waitFor();
    for (long pid : left) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
    process.getInputStream().close();
    process.getOutputStream().close();
  }
}
