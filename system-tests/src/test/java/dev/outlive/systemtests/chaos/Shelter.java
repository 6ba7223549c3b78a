package dev.outlive.systemtests.chaos;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outlive.ProcessPoolBuilder;
import dev.outlive.systemtests.Await;
import dev.outlive.systemtests.JavaWrapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A control group for each worker, in which there can be so many processes and threads and no more:
 * whatever bursts in there, bursts in there.
 */
final class Shelter implements Disturbance {
  private static final int MOST_PROCESSES = 90;
  private static final Path PIDS = Path.of("/sys/fs/cgroup/pids");

  private final Path groups =
      PIDS.resolve("outlive-chaos-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
  private final Path home;
  private long full;

  Shelter() throws IOException {
    assumeTrue(Files.isWritable(PIDS.resolve("cgroup.procs")), "no control groups of pids here");
    Files.createDirectory(groups);
    String line =
        """
        g=%s/$$
        mkdir "$g" && echo %d > "$g/pids.max" && echo $$ > "$g/cgroup.procs" || exit 1\
        """
            .formatted(groups, MOST_PROCESSES);
    home = JavaWrapper.home(Files.createTempDirectory("shelter"), line);
  }

  @Override
  public void prepare(ProcessPoolBuilder settings) {
    settings.javaHome(home);
  }

  @Override
  public void disturb(Scene scene) {
    // it only shelters
  }

  /** Returns how often a process was refused, in all groups. */
  long full() {
    return full;
  }

  @Override
  public void cleanUp() throws IOException {
    for (Path group : groups()) {
      for (String line : Files.readAllLines(group.resolve("pids.events"))) {
        full += Long.parseLong(line.replace("max ", ""));
      }
      Await.until(group + " is empty", () -> removed(group));
    }
    Files.delete(groups);
    Files.delete(home.resolve("bin/java"));
    Files.delete(home.resolve("bin"));
    Files.delete(home);
    if (full == 0) {
      throw new AssertionError("no bomb has met its limit: there was none, or it was no bomb");
    }
  }

  private List<Path> groups() throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(groups, Files::isDirectory)) {
      all.forEach(found::add);
    }
    return found;
  }

  private static boolean removed(Path group) {
    try {
      Files.deleteIfExists(group);
      return true;
    } catch (IOException busy) {
      return false;
    }
  }
}
