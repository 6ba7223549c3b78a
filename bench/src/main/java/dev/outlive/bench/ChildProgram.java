package dev.outlive.bench;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that takes one measurement: run to its end, within a limit, for the line it prints. */
public final class ChildProgram {
  private ChildProgram() {}

  /** A program that brought nothing. */
  public static final class FailedException extends Exception {
    private static final long serialVersionUID = 1;

    private final String what;

    /** Creates it. */
    public FailedException(String what) {
      super(what);
      this.what = what;
    }

    /** What to tell. */
    public String what() {
      return what;
    }
  }

  /** The command that runs a class of this module on this JDK. */
  public static List<String> java(List<String> options, Class<?> program) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    return command;
  }

  /**
   * Runs a command and returns the last line that it prints.
   *
   * @param directory where its output may be kept meanwhile
   * @param what it is, for messages
   * @throws FailedException if it fails, or takes longer than the limit: then it and all that it
   *     has started are killed
   */
  public static String lastLine(List<String> command, Path directory, Duration limit, String what)
      throws IOException, InterruptedException, FailedException {
    Path out = directory.resolve("stdout");
    Path err = directory.resolve("stderr");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
      throw new FailedException(what + " took more than " + limit.toSeconds() + " s");
    }
    if (process.exitValue() != 0) {
      String said = reason(Files.readString(err));
      throw new FailedException(what + " ended with " + process.exitValue() + ": " + said);
    }
    return last(Files.readString(out));
  }

  /** The last line that is no frame of a stack. */
  static String reason(String errors) {
    String unindented =
        errors.lines().filter(line -> !line.startsWith("\t")).collect(joining("\n"));
    return last(unindented);
  }

  private static String last(String text) {
    return text.strip().lines().reduce((_, line) -> line).orElse("it printed nothing");
  }
}
