package dev.outlive.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How much memory is free for more: on this machine, and in the control groups that this program
 * and its workers are in.
 *
 * <p>The groups of a worker's own that {@link WorkerCgroups} makes are left out: what is left there
 * is left to that worker alone. In which groups a process is, and their limits, is read again after
 * ten seconds. Holds two files of {@code /proc} open for as long as it is used. Safe for use by
 * many threads.
 */
public final class HostMemory {
  private static final long BELIEVED_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final @Nullable MemoryCgroups cgroups;
  private final @Nullable KeptFile machine; // guarded by this
  private final @Nullable KeptFile pressure; // guarded by this
  private final Map<Long, Membership> memberships = new HashMap<>(); // guarded by this
  private Membership own = new Membership(List.of(), false, 0); // guarded by this

  /** The groups of the workers that were there last: the next will be in them again. */
  private List<Limited> ofWorkers = List.of(); // guarded by this

  /** A group with a limit. */
  private record Limited(MemoryCgroup group, long limitBytes) {}

  /** The groups of a process that have a limit, as they were at a time. */
  private record Membership(List<Limited> groups, boolean killedAsOne, long nanos) {
    boolean isNew(long now) {
      return nanos != 0 && now - nanos < BELIEVED_NANOS;
    }
  }

  private HostMemory(Path root) {
    MemoryCgroups found = null;
    try {
      found = MemoryCgroups.under(root);
    } catch (IOException notLinux) {
      // then no group limits anything
    }
    cgroups = found;
    machine = open(root.resolve("proc/meminfo"));
    pressure = open(root.resolve("proc/pressure/memory"));
  }

  private static @Nullable KeptFile open(Path path) {
    try {
      return KeptFile.open(path);
    } catch (IOException notThere) {
      return null;
    }
  }

  /** Returns the memory of this machine; where it says nothing, each look is empty. */
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
   * @param freeBytes what is left there for more, with what the kernel takes back at once from the
   *     page cache; 0 and more
   * @param totalBytes the limit of that place, or the machine's memory
   * @param place {@code "the machine"} or {@code "control group /path"}
   * @param stalledPercent for how much of the last ten seconds all its processes at once waited for
   *     memory (PSI, {@code full avg10}); 0 where the kernel does not tell
   * @param groupKill whether a group around this program has {@code memory.oom.group}: when the
   *     kernel kills one process there, it kills this program too
   */
  public record Room(
      long freeBytes, long totalBytes, String place, double stalledPercent, boolean groupKill) {}

  private record Place(String name, long freeBytes, long totalBytes, Optional<Path> pressure) {}

  /**
   * Returns the least room: of the machine, of each group that encloses this program, and of each
   * that encloses one of the given processes. Costs some 15 us for the machine and 50 for each
   * group with a limit.
   *
   * @param pids workers; who is gone is left out
   * @return empty where nothing can be read, so off Linux
   */
  public synchronized Optional<Room> look(Collection<Long> pids) {
    long now = System.nanoTime();
    Optional<Place> least = ofMachine();
    Set<Path> seen = new HashSet<>();
    own = own.isNew(now) ? own : membership("self", now);
    for (Limited limited : own.groups) {
      if (seen.add(limited.group.directory())) {
        least = tighter(least, limited);
      }
    }
    memberships.keySet().retainAll(pids);
    List<Limited> found = new ArrayList<>();
    for (long pid : pids) {
      Membership its = memberships.get(pid);
      if (its == null || !its.isNew(now)) {
        its = membership(Long.toString(pid), now);
        memberships.put(pid, its);
      }
      found.addAll(its.groups);
    }
    ofWorkers = found.isEmpty() ? ofWorkers : List.copyOf(found);
    for (Limited limited : ofWorkers) {
      Path directory = limited.group.directory();
      if (!WorkerCgroups.isOfWorker(directory) && seen.add(directory)) {
        least = tighter(least, limited);
      }
    }
    return least.map(
        place ->
            new Room(
                place.freeBytes,
                place.totalBytes,
                place.name,
                stalledPercent(place.pressure),
                own.killedAsOne));
  }

  private Membership membership(String process, long now) {
    List<Limited> limited = new ArrayList<>();
    boolean killedAsOne = false;
    try {
      for (MemoryCgroup group : cgroups == null ? List.<MemoryCgroup>of() : cgroups.of(process)) {
        group.ceilingBytes().ifPresent(limit -> limited.add(new Limited(group, limit)));
        killedAsOne |= group.killsAsOne();
      }
    } catch (IOException gone) {
      // as if it were in none
    }
    return new Membership(List.copyOf(limited), killedAsOne, now);
  }

  /** Guarded by this. */
  private Optional<Place> ofMachine() {
    try {
      String text = machine == null ? "" : "\n" + machine.text();
      long free = kilobytes(text, "\nMemAvailable:");
      long total = kilobytes(text, "\nMemTotal:");
      return Optional.of(new Place("the machine", free, total, Optional.empty()));
    } catch (IOException | NumberFormatException notTold) {
      return Optional.empty();
    }
  }

  private static long kilobytes(String text, String word) throws IOException {
    int at = text.indexOf(word);
    int end = text.indexOf(" kB", Math.max(at, 0));
    if (at < 0 || end < 0) {
      throw new IOException("no" + word);
    }
    return Long.parseLong(text.substring(at + word.length(), end).strip()) << 10;
  }

  /** What can be reclaimed costs most to read, so only where it can make a difference. */
  private static Optional<Place> tighter(Optional<Place> least, Limited limited) {
    MemoryCgroup group = limited.group;
    OptionalLong usage = group.usageBytes();
    if (usage.isEmpty()) {
      return least;
    }
    long most = least.map(Place::freeBytes).orElse(Long.MAX_VALUE);
    long free = limited.limitBytes - usage.getAsLong();
    if (free < most) {
      free += Math.min(group.reclaimableBytes(), usage.getAsLong());
    }
    free = Math.clamp(free, 0, limited.limitBytes);
    return free >= most
        ? least
        : Optional.of(
            new Place(
                "control group " + group.path(),
                free,
                limited.limitBytes,
                Optional.of(group.directory().resolve("memory.pressure"))));
  }

  /** Version 1 has no pressure of a group: then it is the machine's. Guarded by this. */
  private double stalledPercent(Optional<Path> ofGroup) {
    try {
      if (ofGroup.isPresent() && Files.exists(ofGroup.get())) {
        return full(MemoryCgroup.text(ofGroup.get()));
      }
      return pressure == null ? 0 : full(pressure.text());
    } catch (IOException | NumberFormatException notTold) {
      return 0; // as with psi=0 on the kernel's command line
    }
  }

  /** Pressure stall information: {@code full avg10=0.12 avg60=…} (Admin Guide, psi). */
  private static double full(String text) {
    String word = "full avg10=";
    int at = text.indexOf(word);
    int end = text.indexOf(' ', Math.max(at, 0) + word.length());
    return at < 0 || end < 0 ? 0 : Double.parseDouble(text.substring(at + word.length(), end));
  }
}
