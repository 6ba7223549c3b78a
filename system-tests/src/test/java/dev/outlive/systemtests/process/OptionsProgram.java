package dev.outlive.systemtests.process;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.systemtests.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A program whose worker says what it was given: a line for each, with what is odd in it escaped.
 */
final class OptionsProgram {
  static final String NONE = "none";

  private OptionsProgram() {}

  /**
   * Takes the workers' directory, an entry of their class path, their Java, and what to ask for.
   */
  public static void main(String[] args) throws Exception {
    ProcessPoolBuilder builder =
        ProcessPool.builder()
            .name("options")
            .workers(1)
            .grace(Duration.ofMillis(500))
            .environment("OUTLIVE_TEST_VALUE", unescaped(args[4]))
            .jvmArgs(Await.QUICK_START, "-Doutlive.test.own=" + unescaped(args[4]));
    if (!args[0].equals(NONE)) {
      builder.workingDirectory(Path.of(args[0]));
    }
    if (!args[1].equals(NONE)) {
      List<Path> entries = new ArrayList<>(List.of(Path.of(args[1])));
      for (String entry : System.getProperty("java.class.path").split(":", -1)) {
        entries.add(Path.of(entry));
      }
      builder.classPath(entries.toArray(Path[]::new));
    }
    if (!args[2].equals(NONE)) {
      builder.javaHome(Path.of(args[2]));
    }
    String resource = args[3];
    try (ProcessPool pool = builder.build()) {
      System.out.println("pid " + pool.call(() -> ProcessHandle.current().pid()));
      for (String line : pool.call(() -> seen(resource))) {
        System.out.println(line);
      }
    }
    System.out.println("done");
    System.out.flush();
  }

  private static List<String> seen(String resource) {
    return List.of(
        "inherited " + escaped(System.getProperty("outlive.test.inherited")),
        "own " + escaped(System.getProperty("outlive.test.own")),
        "environment " + escaped(System.getenv("OUTLIVE_TEST_VALUE")),
        "directory " + escaped(System.getProperty("user.dir")),
        "resource " + (OptionsProgram.class.getResource(resource) != null),
        "temporary " + escaped(System.getProperty("java.io.tmpdir")),
        "tool options " + System.getenv("JAVA_TOOL_OPTIONS"),
        "java options " + System.getenv("JDK_JAVA_OPTIONS"),
        "port " + System.getProperty("com.sun.management.jmxremote.port"),
        "java " + escaped(ProcessHandle.current().info().command().orElse("")));
  }

  /** Without anything that an encoding or the end of a line could spoil. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    String.valueOf(text)
        .chars()
        .forEach(
            c -> {
              if (c <= ' ' || c > '~' || c == '%') {
                escaped.append(String.format("%%%04x", c));
              } else {
                escaped.append((char) c);
              }
            });
    return escaped.toString();
  }

  static String unescaped(String text) {
    StringBuilder unescaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%') {
        unescaped.append((char) Integer.parseInt(text.substring(i + 1, i + 5), 16));
        i += 4;
      } else {
        unescaped.append(text.charAt(i));
      }
    }
    return unescaped.toString();
  }
}
