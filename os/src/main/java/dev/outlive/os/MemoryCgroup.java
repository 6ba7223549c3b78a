package dev.outlive.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * One control group of the kernel's memory controller, of version 1 or 2: its limit, its usage and
 * how many processes the out-of-memory killer took from it (cgroups(7); Admin Guide, cgroup-v1
 * memory and cgroup-v2).
 *
 * @param path its name within the hierarchy, as {@code /proc/PID/cgroup} shows it
 * @param directory where its files are
 * @param version 1 or 2
 */
record MemoryCgroup(String path, Path directory, int version) {
  /** Version 1 says "no limit" with the largest number of whole pages. */
  private static final long NO_LIMIT = 1L << 60;

  private static final String KILLS = "oom_kill";

  /** The name of the controller in the lists of version 2. */
  static final String CONTROLLER = "memory";

  /** Returns whether the memory controller counts here: not in the root of version 2. */
  boolean counts() {
    return Files.exists(directory.resolve(version == 1 ? "memory.oom_control" : "memory.events"));
  }

  /**
   * Returns how many processes were killed. Version 1 counts those of this very group only, version
   * 2 here those of all groups inside as well; both count kills by the limit of a group above and
   * by the machine's lack of memory.
   *
   * @throws IOException if it cannot be read
   */
  long kills() throws IOException {
    return counter(directory.resolve(version == 1 ? "memory.oom_control" : "memory.events"), KILLS);
  }

  /**
   * Returns how many processes of this very group were killed, where the kernel tells them apart.
   *
   * @throws IOException if it cannot be read
   */
  long ownKills() throws IOException {
    Path local = directory.resolve("memory.events.local");
    return version == 2 && Files.exists(local) ? counter(local, KILLS) : kills();
  }

  /** Returns the limit; empty when there is none or it cannot be read. */
  OptionalLong limitBytes() {
    OptionalLong limit = number(version == 1 ? "memory.limit_in_bytes" : "memory.max");
    return limit.isPresent() && limit.getAsLong() < NO_LIMIT ? limit : OptionalLong.empty();
  }

  /**
   * Returns the limit at which the kernel begins to hold its processes back; empty when there is
   * none. In version 2 that may be a lower one, memory.high, which nobody is killed at.
   */
  OptionalLong ceilingBytes() {
    OptionalLong limit = limitBytes();
    OptionalLong high = version == 1 ? OptionalLong.empty() : number("memory.high");
    return high.isPresent() && high.getAsLong() < limit.orElse(Long.MAX_VALUE) ? high : limit;
  }

  /**
   * Returns how much of what it uses the kernel takes back at once when it needs it: pages of files
   * that were not read lately, of the groups inside too. 0 when that cannot be read.
   */
  long reclaimableBytes() {
    try {
      return counter(
          directory.resolve("memory.stat"), version == 1 ? "total_inactive_file" : "inactive_file");
    } catch (IOException unreadable) {
      return 0;
    }
  }

  /** Returns the most that it ever used; empty before Linux 5.19 in version 2. */
  OptionalLong peakBytes() {
    return number(version == 1 ? "memory.max_usage_in_bytes" : "memory.peak");
  }

  /** Returns whether the kernel kills all of its processes when it would kill one. */
  boolean killsAsOne() {
    return version == 2 && number("memory.oom.group").orElse(0) == 1;
  }

  /** Returns what it uses, page cache included; empty when it cannot be read. */
  OptionalLong usageBytes() {
    return number(version == 1 ? "memory.usage_in_bytes" : "memory.current");
  }

  /** Returns whether the groups inside can have limits of their own. */
  boolean passesOn() {
    return version == 1 || words("cgroup.subtree_control").contains(CONTROLLER);
  }

  /** Returns the words of a file, none when it cannot be read. */
  List<String> words(String file) {
    try {
      return List.of(text(directory.resolve(file)).strip().split("\\s+", -1));
    } catch (IOException unreadable) {
      return List.of();
    }
  }

  /** Returns the group of that name inside this one, which need not be there. */
  MemoryCgroup inner(String name) {
    String begin = path.endsWith("/") ? path : path + "/";
    return new MemoryCgroup(begin + name, directory.resolve(name), version);
  }

  /**
   * Writes to one of its files.
   *
   * @throws IOException if the kernel refuses it
   */
  void write(String file, String text) throws IOException {
    Files.write(directory.resolve(file), text.getBytes(StandardCharsets.US_ASCII));
  }

  OptionalLong number(String file) {
    try {
      return OptionalLong.of(Long.parseLong(text(directory.resolve(file)).strip()));
    } catch (IOException | NumberFormatException unreadableOrMax) {
      return OptionalLong.empty();
    }
  }

  /**
   * Returns the number behind a word at the start of a line.
   *
   * @throws IOException if it cannot be read or the word is not there
   */
  static long counter(Path file, String word) throws IOException {
    String lines = "\n" + text(file);
    String before = "\n" + word + " ";
    int begin = lines.indexOf(before);
    if (begin < 0) {
      throw new IOException("no " + word + " in it");
    }
    int end = lines.indexOf('\n', begin + 1);
    String number = lines.substring(begin + before.length(), end < 0 ? lines.length() : end);
    try {
      return Long.parseLong(number.strip());
    } catch (NumberFormatException malformed) {
      throw new IOException("not a number: " + word + " " + number, malformed);
    }
  }

  static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
