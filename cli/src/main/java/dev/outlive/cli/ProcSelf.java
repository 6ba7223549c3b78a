package dev.outlive.cli;

import dev.outlive.cli.DoctorFacts.Count;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The limits of this process that the kernel shows in {@code /proc/self} and in its control groups
 * (proc_pid_limits(5), cgroup-v2 pids.max); nothing where there is none.
 */
final class ProcSelf {
  private static final Path SELF = Path.of("/proc/self");
  private static final Path GROUPS = Path.of("/sys/fs/cgroup");
  private static final String CONTROLLER = "pids";
  private static final int SOFT = 0;

  private ProcSelf() {}

  /** Returns this process's own {@code oom_score_adj}. */
  static OptionalInt oomScoreAdjustment() {
    OptionalLong number = number(SELF.resolve("oom_score_adj"));
    return number.isPresent()
        ? OptionalInt.of(Math.toIntExact(number.getAsLong()))
        : OptionalInt.empty();
  }

  /** Returns how many files this process may have open. */
  static OptionalLong mostDescriptors() {
    return limit("Max open files");
  }

  /** Returns how many processes and threads there may be around this one. */
  static Optional<Count> mostProcesses() {
    List<Count> counts = new ArrayList<>();
    limit("Max processes").ifPresent(most -> counts.add(new Count(most, "ulimit -u")));
    for (Path group : groups()) {
      number(group.resolve("pids.max"))
          .ifPresent(most -> counts.add(new Count(most, group + "/pids.max")));
    }
    return counts.stream().min(Comparator.comparingLong(Count::most));
  }

  /** Its own group and those around it; in a container the mount is the container's group. */
  private static List<Path> groups() {
    List<Path> groups = new ArrayList<>();
    for (String line : lines(SELF.resolve("cgroup"))) {
      String[] fields = line.split(":", 3);
      boolean first = fields.length == 3 && fields[1].equals(CONTROLLER);
      boolean second = fields.length == 3 && fields[0].equals("0");
      if (first || second) {
        Path mount = first ? GROUPS.resolve(CONTROLLER) : GROUPS;
        Path own = mount.resolve(fields[2].replaceFirst("^/+", "")).normalize();
        for (Path at = own; at != null && at.startsWith(mount); at = at.getParent()) {
          groups.add(at);
        }
      }
    }
    return groups;
  }

  /** A line is a name, the soft limit, the hard one and the unit. */
  private static OptionalLong limit(String name) {
    for (String line : lines(SELF.resolve("limits"))) {
      if (line.startsWith(name)) {
        return parsed(line.substring(name.length()).strip().split(" +", 2)[SOFT]);
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong number(Path file) {
    List<String> lines = lines(file);
    return lines.size() == 1 ? parsed(lines.getFirst().strip()) : OptionalLong.empty();
  }

  /** There is no limit where it says "unlimited" or "max". */
  private static OptionalLong parsed(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException noLimit) {
      return OptionalLong.empty();
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException notThere) {
      return List.of();
    }
  }
}
