package dev.outlive.os;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Starts processes, unless this process is about to run out of descriptors.
 *
 * <p>The JDK must not be asked then: where it cannot have all of its five pipes it closes two
 * numbers that it has never set, whatever lies in that memory (25.0.3, {@code forkAndExec} in
 * {@code ProcessImpl_md.c}; seen with strace: 0, 1768697652). That may be a worker's link, or
 * somebody's file. Another thread may take the last descriptors between the look and the start:
 * that is rare, and cannot be helped here.
 */
public final class Spawn {
  /** Five pipes, and a little for whoever opens something at the same moment. */
  private static final int NEEDED = 16;

  private static final String ANY_FILE = "/dev/null";

  private Spawn() {}

  /**
   * Starts a process.
   *
   * @throws IOException if that is not possible, or there are too few descriptors left to try
   */
  public static Process start(ProcessBuilder builder) throws IOException {
    if (NativeAccess.linux()) {
      lookForDescriptors();
    }
    return builder.start();
  }

  private static void lookForDescriptors() throws IOException {
    Deque<FileInputStream> taken = new ArrayDeque<>(NEEDED);
    try {
      while (taken.size() < NEEDED) {
        taken.add(new FileInputStream(ANY_FILE));
      }
    } catch (IOException e) {
      throw new IOException(
          "too few descriptors to start a process: it takes "
              + NEEDED
              + ", and "
              + taken.size()
              + " were left. Raise this program's limit (ulimit -n), or look for files that it does"
              + " not close",
          e);
    } finally {
      for (FileInputStream one : taken) {
        one.close();
      }
    }
  }
}
