package dev.outlive.os;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's counts of processes that its out-of-memory killer took, as far as they concern one
 * process: of its own memory cgroup, of each enclosing one, of the machine. Two readings, before
 * and after a death, tell whether it can have been that killer.
 *
 * <p>The kernel counts a kill in the group that the <em>victim</em> was charged to, whichever limit
 * was hit. So a rise in a group of its own, which the process shares with nobody but its children,
 * is proof; and where its own count was read twice and did not rise, it was not this killer,
 * whatever the machine's count says. A rise further up may be somebody else's.
 *
 * <p>Safe for use by many threads. Costs some small reads, each of microseconds.
 */
public final class MemoryKills {
  private final Path root;
  private final @Nullable MemoryCgroups cgroups;

  private MemoryKills(Path root, @Nullable MemoryCgroups cgroups) {
    this.root = root;
    this.cgroups = cgroups;
  }

  /** Returns the counts of this machine; where it has none, each reading says so. */
  public static MemoryKills ofThisMachine() {
    return under(Path.of("/"));
  }

  /** Returns the counts of what lies under a directory as it does under {@code /}. */
  static MemoryKills under(Path root) {
    MemoryCgroups found = null;
    try {
      found = MemoryCgroups.under(root);
    } catch (IOException notLinux) {
      // the readings say so
    }
    return new MemoryKills(root, found);
  }

  /** Whose count it is. */
  public enum Place {
    /** Of the memory cgroup that the process is in. */
    OWN,
    /** Of a cgroup around that one. */
    ENCLOSING,
    /** Of the whole machine, this container's neighbours included. */
    MACHINE
  }

  /**
   * A count that rose.
   *
   * @param path of the cgroup, {@code /} for the machine
   */
  public record Rise(Place place, String path, long before, long after) {}

  /**
   * What a cgroup with a limit uses.
   *
   * @param usageBytes page cache included: a full cgroup is not yet a lack of memory
   */
  public record Usage(Place place, String path, long usageBytes, long limitBytes) {}

  private record Count(Place place, String path, long kills) {}

  /** Reads the counts that concern a process, which must be alive. */
  public Reading read(long pid) {
    List<String> unreadable = new ArrayList<>();
    List<MemoryCgroup> groups = groups(Long.toString(pid), unreadable);
    List<MemoryCgroup> ours = groups("self", new ArrayList<>());
    boolean shared =
        !groups.isEmpty() && !ours.isEmpty() && groups.getFirst().equals(ours.getFirst());
    return new Reading(groups, shared, unreadable, new Round());
  }

  private List<MemoryCgroup> groups(String process, List<String> unreadable) {
    if (cgroups == null) {
      unreadable.add("There is no /proc/self/mountinfo here, so no cgroups.");
      return List.of();
    }
    try {
      List<MemoryCgroup> groups = cgroups.of(process);
      if (groups.isEmpty()) {
        unreadable.add("No memory cgroup of process " + process + " can be seen from here.");
      }
      return groups;
    } catch (IOException failed) {
      unreadable.add("The cgroup of process " + process + " is not readable: " + why(failed));
      return List.of();
    }
  }

  private static String why(IOException failed) {
    return failed instanceof NoSuchFileException missing
        ? "there is no " + missing.getFile() + "."
        : failed.getMessage() + ".";
  }

  private static Seen look(MemoryCgroup group, Place place) {
    OptionalLong limit = group.limitBytes();
    OptionalLong usage = limit.isPresent() ? group.usageBytes() : OptionalLong.empty();
    Optional<Usage> used =
        usage.isPresent()
            ? Optional.of(new Usage(place, group.path(), usage.getAsLong(), limit.getAsLong()))
            : Optional.empty();
    try {
      long kills = place == Place.OWN ? group.ownKills() : group.kills();
      return new Seen(Optional.of(new Count(place, group.path(), kills)), used, Optional.empty());
    } catch (IOException failed) {
      String what = "The count of OOM kills of cgroup " + group.path() + " is not readable: ";
      return new Seen(Optional.empty(), used, Optional.of(what + why(failed)));
    }
  }

  private static Seen lookAtMachine(Path root) {
    try {
      long kills = MemoryCgroup.counter(root.resolve("proc/vmstat"), "oom_kill");
      Count count = new Count(Place.MACHINE, "/", kills);
      return new Seen(Optional.of(count), Optional.empty(), Optional.empty());
    } catch (IOException failed) {
      String what = "The machine's count of OOM kills is not readable: ";
      return new Seen(Optional.empty(), Optional.empty(), Optional.of(what + why(failed)));
    }
  }

  /** What one place says. */
  private record Seen(Optional<Count> count, Optional<Usage> usage, Optional<String> unreadable) {}

  /**
   * One round of readings for many processes: what they share, such as the groups that enclose them
   * all, is read once. Confined to one thread.
   */
  public static final class Round {
    private final Map<String, Seen> seen = new HashMap<>();

    /** Begins a round. */
    public Round() {}
  }

  /** All counts at one moment; remembers where it read them, for after the death. */
  public final class Reading {
    private final List<MemoryCgroup> groups; // own first
    private final boolean shared;
    private final List<String> unfound; // why groups lacks one
    private final List<Count> counts = new ArrayList<>();
    private final List<Usage> usages = new ArrayList<>();
    private final List<String> unreadable;

    private Reading(List<MemoryCgroup> groups, boolean shared, List<String> unfound, Round round) {
      this.groups = groups;
      this.shared = shared;
      this.unfound = List.copyOf(unfound);
      unreadable = new ArrayList<>(unfound);
      Place place = Place.OWN;
      for (MemoryCgroup group : groups) {
        Place at = place;
        keep(round.seen.computeIfAbsent(at + group.path(), _ -> look(group, at)));
        place = Place.ENCLOSING;
      }
      keep(round.seen.computeIfAbsent(Place.MACHINE + "/", _ -> lookAtMachine(root)));
    }

    private void keep(Seen seen) {
      seen.count.ifPresent(counts::add);
      seen.usage.ifPresent(usages::add);
      seen.unreadable.ifPresent(unreadable::add);
    }

    /** Reads the same places now, also when the process is gone. */
    public Reading again() {
      return again(new Round());
    }

    /** Reads the same places now, but for those that were read for another one in this round. */
    public Reading again(Round round) {
      return new Reading(groups, shared, unfound, round);
    }

    /** Returns what rose since an earlier reading of the same process, own first. */
    public List<Rise> since(Reading earlier) {
      List<Rise> rises = new ArrayList<>();
      for (Count now : counts) {
        for (Count then : earlier.counts) {
          boolean same = now.place == then.place && now.path.equals(then.path);
          if (same && now.kills > then.kills) {
            rises.add(new Rise(now.place, now.path, then.kills, now.kills));
          }
        }
      }
      return List.copyOf(rises);
    }

    /** Returns whether the process's own count could be read: if so, its silence says something. */
    public boolean knowsOwn() {
      return counts.stream().anyMatch(count -> count.place == Place.OWN);
    }

    /** Returns whether this JVM is in that cgroup too: then its count proves nothing. */
    public boolean ownIsShared() {
      return shared;
    }

    /** Returns the path of the process's own cgroup; empty where it was not found. */
    public String ownPath() {
      return groups.isEmpty() ? "" : groups.getFirst().path();
    }

    /**
     * Returns the most that was ever charged to the process's own cgroup. Read when it is asked
     * for, so also after the death, while the cgroup is there; empty where the kernel does not
     * tell.
     */
    public OptionalLong ownPeak() {
      return groups.isEmpty() ? OptionalLong.empty() : groups.getFirst().peakBytes();
    }

    /** Returns the cgroups that have a limit, own first. */
    public List<Usage> usages() {
      return List.copyOf(usages);
    }

    /** Returns one sentence for each count that could not be read. */
    public List<String> unreadable() {
      return List.copyOf(unreadable);
    }
  }
}
