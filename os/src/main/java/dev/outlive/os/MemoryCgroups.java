package dev.outlive.os;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the memory control groups of a process: its own, then each that encloses it, up to what is
 * mounted. Which hierarchies there are, and where, is read once from {@code /proc/self/mountinfo}
 * (proc_pid_mountinfo(5)).
 */
final class MemoryCgroups {
  private static final int ROOT = 3;
  private static final int MOUNT_POINT = 4;
  private static final int FILE_SYSTEM = 0;
  private static final int SUPER_OPTIONS = 2;

  /** A hierarchy: the group that is mounted, and where. */
  private record Mount(String group, Path point, int version) {}

  private final Path root;
  private final List<Mount> mounts;

  private MemoryCgroups(Path root, List<Mount> mounts) {
    this.root = root;
    this.mounts = mounts;
  }

  /**
   * Reads what is mounted.
   *
   * @param root of the file system, {@code /} but in tests
   * @throws IOException if it cannot be read
   */
  static MemoryCgroups under(Path root) throws IOException {
    List<Mount> mounts = new ArrayList<>();
    for (String line : MemoryCgroup.text(root.resolve("proc/self/mountinfo")).split("\n", -1)) {
      mount(root, line).ifPresent(mounts::add);
    }
    return new MemoryCgroups(root, List.copyOf(mounts));
  }

  /**
   * Returns the groups of a process, its own first. In version 2 its own is the nearest in which
   * the controller is on: there its memory is charged.
   *
   * @throws IOException with a sentence when there is none
   */
  List<MemoryCgroup> of(String process) throws IOException {
    return around(process).stream().filter(MemoryCgroup::counts).toList();
  }

  /**
   * Returns the groups that a process is in, its own first, also those in which the controller is
   * off.
   *
   * @throws IOException if it is gone
   */
  List<MemoryCgroup> around(String process) throws IOException {
    String first = "";
    String second = "";
    for (String line :
        MemoryCgroup.text(root.resolve("proc/" + process + "/cgroup")).split("\n", -1)) {
      String[] fields = line.split(":", 3);
      if (fields.length == 3 && List.of(fields[1].split(",", -1)).contains("memory")) {
        first = fields[2];
      } else if (fields.length == 3 && fields[0].equals("0")) {
        second = fields[2];
      }
    }
    // Version 2 is mounted beside version 1 without the controller on many machines.
    List<MemoryCgroup> found = chain(first, 1);
    return found.stream().anyMatch(MemoryCgroup::counts) ? found : chain(second, 2);
  }

  private List<MemoryCgroup> chain(String group, int version) {
    List<MemoryCgroup> found = new ArrayList<>();
    Optional<Mount> mount =
        mounts.stream().filter(m -> m.version == version && inside(group, m.group)).findFirst();
    if (group.isEmpty() || mount.isEmpty()) {
      return found;
    }
    String top = mount.get().group;
    for (String at = group; ; at = at.substring(0, Math.max(at.lastIndexOf('/'), 0))) {
      String within = top.equals("/") ? at : at.substring(top.length());
      String name = at.isEmpty() ? "/" : at;
      Path directory = mount.get().point.resolve(within.replaceFirst("^/+", ""));
      found.add(new MemoryCgroup(name, directory, version));
      if (within.isEmpty() || within.equals("/")) {
        return found;
      }
    }
  }

  /** A group outside of this cgroup namespace shows as {@code /../other}: it has no directory. */
  private static boolean inside(String group, String top) {
    return !group.startsWith("/..")
        && (top.equals("/") || group.equals(top) || group.startsWith(top + "/"));
  }

  private static Optional<Mount> mount(Path root, String line) {
    int separator = line.indexOf(" - ");
    if (separator < 0) {
      return Optional.empty();
    }
    String[] left = line.substring(0, separator).split(" ", -1);
    String[] right = line.substring(separator + 3).split(" ", -1);
    if (left.length <= MOUNT_POINT || right.length <= SUPER_OPTIONS) {
      return Optional.empty();
    }
    boolean memory = List.of(right[SUPER_OPTIONS].split(",", -1)).contains("memory");
    int version =
        switch (right[FILE_SYSTEM]) {
          case "cgroup" -> memory ? 1 : 0;
          case "cgroup2" -> 2;
          default -> 0;
        };
    return version == 0
        ? Optional.empty()
        : Optional.of(
            new Mount(
                plain(left[ROOT]),
                root.resolve(plain(left[MOUNT_POINT]).replaceFirst("^/+", "")),
                version));
  }

  /** Spaces, tabs, line ends and backslashes stand there as three octal digits. */
  private static String plain(String escaped) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c == '\\' && escaped.substring(i).matches("(?s)\\\\[0-3][0-7]{2}.*")) {
        text.append((char) Integer.parseInt(escaped, i + 1, i + 4, 8));
        i += 3;
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }
}
