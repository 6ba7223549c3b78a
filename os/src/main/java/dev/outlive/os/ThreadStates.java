package dev.outlive.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the kernel knows of a process's threads, where the process itself cannot be asked any more:
 * name, state and the kernel function each waits in (proc_pid_wchan(5)).
 */
public final class ThreadStates {
  /** How many threads are told one by one. */
  static final int MOST = 64;

  private ThreadStates() {}

  /**
   * Returns a line for each thread, such as {@code "outlive-task 12: S (futex_wait_queue)"}; after
   * 64 of them a line that says how many more there are. Best effort: what ends or may not be read
   * is left out. Empty when the process is gone and off Linux.
   */
  public static List<String> read(long pid) {
    List<String> lines = new ArrayList<>();
    if (!NativeAccess.linux() || pid <= 0) {
      return lines;
    }
    int more = 0;
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path thread : threads) {
        if (lines.size() == MOST) {
          more++;
        } else {
          add(lines, thread);
        }
      }
    } catch (IOException | DirectoryIteratorException goneMeanwhile) {
      return lines;
    }
    if (more > 0) {
      lines.add("and " + more + " more");
    }
    return lines;
  }

  private static void add(List<String> lines, Path thread) {
    try {
      String stat = text(thread.resolve("stat"));
      int open = stat.indexOf('(');
      int close = stat.lastIndexOf(')');
      String comm = stat.substring(open + 1, close).replaceAll("\\p{Cntrl}", "?");
      String state = stat.substring(close + 1).strip().substring(0, 1);
      lines.add(comm + ": " + state + where(thread));
    } catch (IOException | IndexOutOfBoundsException endedMeanwhile) {
      // one thread less
    }
  }

  /** Only the same user may know, and for a running thread it is 0. */
  private static String where(Path thread) {
    try {
      String function = text(thread.resolve("wchan")).strip();
      return function.isEmpty() || function.equals("0") ? "" : " (" + function + ")";
    } catch (IOException notAllowed) {
      return "";
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
