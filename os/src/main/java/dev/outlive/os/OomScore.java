package dev.outlive.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whom the kernel's out-of-memory killer takes first: workers before the program that owns them.
 *
 * <p>Its measure is the share of the memory in thousandths, plus {@code oom_score_adj}
 * (proc_pid_oom_score_adj(5)). So only the largest value makes sure that a small worker goes before
 * a parent that holds nine tenths of its container. What a worker starts inherits it.
 */
public final class OomScore {
  private static final int HIGHEST = 1000;

  private OomScore() {}

  /**
   * Has a child of this process taken before all that are not raised. Needs no privilege. Never
   * lowers.
   *
   * @return whether it is raised now; false when it is gone or may not be changed, and off Linux
   */
  public static boolean raise(long pid) {
    if (!NativeAccess.linux() || pid <= 0) {
      return false;
    }
    Path file = Path.of("/proc", Long.toString(pid), "oom_score_adj");
    try {
      if (read(file) < HIGHEST) {
        Files.write(file, Integer.toString(HIGHEST).getBytes(StandardCharsets.US_ASCII));
      }
      return read(file) >= HIGHEST;
    } catch (IOException | NumberFormatException goneOrNotAllowed) {
      return false;
    }
  }

  private static int read(Path file) throws IOException {
    return Integer.parseInt(MemoryCgroup.text(file).strip());
  }
}
