package dev.outlive.bench.survival;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * All that one scenario has started, however deep and in whatever session: found by a variable of
 * the environment, which processes inherit.
 *
 * @param value of the variable; no other scenario has it
 */
record MarkedProcesses(String value) {
  static final String VARIABLE = "OUTLIVE_SURVIVAL";

  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

  /** Returns those that are there and no zombies. */
  List<Long> running() {
    String mark = "\0" + VARIABLE + "=" + value + "\0";
    List<Long> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path folder : all) {
        long pid = Long.parseLong(folder.getFileName().toString());
        if (environment(folder).contains(mark) && Scene.isRunning(pid)) {
          found.add(pid);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("/proc cannot be read", e);
    }
    return found;
  }

  private static String environment(Path folder) {
    try {
      return "\0"
          + new String(Files.readAllBytes(folder.resolve("environ")), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // it is gone, or somebody else's
    }
  }

  /** Kills all of them, and those that they start meanwhile. */
  void kill() {
    boolean gone =
        Scene.within(
            KILL_LIMIT,
            () -> {
              List<Long> left = running();
              left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
              return left.isEmpty();
            });
    if (!gone) {
      throw new IllegalStateException("they cannot be killed: " + running());
    }
  }
}
