package dev.outlive.os;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/** How much memory is free for more, for this machine and the control groups. */
public final class HostMemory {
  private final Path root;

  private HostMemory(Path root) {
    this.root = root;
  }

  /** Returns the memory of this machine. */
  public static HostMemory ofThisMachine() {
    return under(Path.of("/"));
  }

  /** Returns the memory of what lies under a directory as it does under {@code /}. */
  static HostMemory under(Path root) {
    return new HostMemory(root);
  }

  /**
   * The tightest place.
   *
   * @param freeBytes what is left there
   * @param totalBytes the limit of that place, or the machine's memory
   * @param place {@code "the machine"} or {@code "control group /path"}
   * @param stalledPercent how much of the last ten seconds all its processes waited for memory
   * @param groupKill whether the kernel kills all processes of a group around this process at once
   */
  public record Room(
      long freeBytes, long totalBytes, String place, double stalledPercent, boolean groupKill) {}

  /** Returns the least room; empty where nothing can be read. */
  public Optional<Room> look(Collection<Long> pids) {
    try {
      long free = kilobytes("MemAvailable:");
      long total = kilobytes("MemTotal:");
      return Optional.of(new Room(free, total, "the machine", 0, false));
    } catch (IOException notLinux) {
      return Optional.empty();
    }
  }

  private long kilobytes(String word) throws IOException {
    for (String line : MemoryCgroup.text(root.resolve("proc/meminfo")).split("\n", -1)) {
      if (line.startsWith(word)) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    throw new IOException("no " + word);
  }
}
