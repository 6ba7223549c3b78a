package dev.outlive.systemtests.process;

import dev.outlive.systemtests.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Signals to other processes, from a JVM that may have no native access. */
public enum Signal {
  STOP,
  CONT,
  TERM,
  KILL;

  /** Sends it, if there is such a process; returns whether there is. */
  public boolean reaches(long pid) throws IOException, InterruptedException {
    return new ProcessBuilder("sh", "-c", "kill -" + name() + " " + pid + " 2>&-")
            .inheritIO()
            .start()
            .waitFor()
        == 0;
  }

  void to(long pid) throws Exception {
    if (!reaches(pid)) {
      throw new IllegalArgumentException("kill -" + name() + " " + pid + " does not work");
    }
    if (this == STOP) {
      Await.until("each thread of " + pid + " is stopped", () -> stopped(pid));
    }
  }

  private static boolean stopped(long pid) throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      return threads.allMatch(Signal::threadStopped);
    }
  }

  private static boolean threadStopped(Path thread) {
    try {
      String stat = Files.readString(thread.resolve("stat"));
      return stat.startsWith(") T", stat.lastIndexOf(')'));
    } catch (IOException e) {
      return true; // it has ended
    }
  }
}
