package dev.outlive.systemtests.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.os.NativeAccess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that was run to its end, in the world of this JVM: with native access if this has it.
 *
 * @param status its exit status
 * @param out what it printed to stdout, line by line
 * @param err what it printed to stderr
 */
record Launched(int status, List<String> out, String err) {
  private static final long LIMIT_SECONDS = 90;

  /** Runs it in a directory. */
  static Launched run(Path directory, List<String> options, String... program) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
    command.addAll(options);
    command.addAll(List.of(program));
    Path out = Files.createTempFile("launched", ".out");
    Path err = Files.createTempFile("launched", ".err");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
      return new Launched(process.exitValue(), text(out).lines().toList(), text(err));
    } finally {
      process.destroyForcibly().waitFor();
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** Returns the option that grants modules native access, if this JVM has it. */
  static List<String> nativeAccess(String modules) {
    return NativeAccess.enabled() ? List.of("--enable-native-access=" + modules) : List.of();
  }

  /** Returns what it printed, once that it has ended well and silently is checked. */
  List<String> lines() {
    assertThat(err).isEmpty();
    assertThat(status).isZero();
    return out;
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
