package dev.outlive.os;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All processes that can be seen, with their parents and sessions as they were when each was first
 * seen: whose descendant is whose.
 *
 * <p>One for the whole program, as every worker's meter asks the same. The kernel has a list of
 * children ({@code /proc/PID/task/TID/children}), but not everywhere (CONFIG_PROC_CHILDREN), one
 * file for each thread, and without those whose parent has ended. So the names in {@code /proc} are
 * listed, which costs some 1.3 us for each process, and the line of each new one is read once, some
 * 14 us. A parent that has ended since is still known here; and what was never seen with its parent
 * is found by its session.
 *
 * <p>The listing is skipped while {@code /proc/loadavg} names the same newest number as the last
 * time (proc_loadavg(5)): nobody was started since. As some containers show another file there
 * (lxcfs), that is believed for a second. Else the names are listed anew after ten milliseconds,
 * but never for more than a fiftieth of the time: of 5,000 processes a third of a second old ones
 * will do. Never older than a second: a listing costs half of one where the machine is busy or its
 * code runs for the first time, which says nothing of the next. Safe for use by many threads.
 */
final class ProcessTable {
  /** That of this machine. */
  static final ProcessTable OF_THIS_MACHINE = new ProcessTable();

  private static final File PROC = new File("/proc");
  private static final Path LOAD = Path.of("/proc/loadavg");
  private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long AGE_PER_COST = 50;
  private static final long BELIEVED_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** After that time a known number may belong to another process. */
  private static final long FORGET_NANOS = TimeUnit.SECONDS.toNanos(10);

  /**
   * A process.
   *
   * @param parent when it was first seen; since that one ended, the nearest ancestor left
   * @param session when it was first seen
   */
  record Entry(long pid, long parent, long session) {}

  private Map<Long, Entry> known = Map.of(); // guarded by this
  private Map<Long, List<Entry>> children = Map.of(); // by parent; guarded by this
  private long readAt; // guarded by this; 0: never
  private long cost; // guarded by this
  private String newest = ""; // guarded by this
  private @Nullable KeptFile load; // guarded by this

  private ProcessTable() {}

  /**
   * Returns the descendants of a process, each behind its parent; without the process itself. Who
   * left both session and parent before it was first seen, as a daemon does, is not among them.
   */
  synchronized List<Entry> descendants(long pid) {
    refresh();
    Map<Long, Entry> found = new LinkedHashMap<>();
    Deque<Entry> behind = new ArrayDeque<>(children.getOrDefault(pid, List.of()));
    follow(behind, found);
    for (Entry entry : known.values()) {
      if (entry.session == pid && entry.pid != pid) {
        behind.add(entry);
        follow(behind, found);
      }
    }
    found.remove(pid);
    return List.copyOf(found.values());
  }

  /** Guarded by this. */
  private void follow(Deque<Entry> behind, Map<Long, Entry> found) {
    for (Entry next = behind.poll(); next != null; next = behind.poll()) {
      if (found.putIfAbsent(next.pid, next) == null) {
        behind.addAll(children.getOrDefault(next.pid, List.of()));
      }
    }
  }

  /** Guarded by this. */
  private void refresh() {
    long now = System.nanoTime();
    long age = readAt == 0 ? Long.MAX_VALUE : now - readAt;
    if (age < fresh(cost)) {
      return;
    }
    String newestBefore = newest;
    newest = newest();
    if (age < BELIEVED_NANOS && !newest.isEmpty() && newest.equals(newestBefore)) {
      return;
    }
    Map<Long, Entry> before = age > FORGET_NANOS ? Map.of() : known;
    Map<Long, Entry> seen = new HashMap<>();
    for (long pid : numbers()) {
      Entry entry = before.get(pid);
      if (entry == null) {
        ProcessStat.read(pid)
            .ifPresent(stat -> seen.put(pid, new Entry(pid, stat.parent(), stat.session())));
      } else {
        seen.put(pid, entry);
      }
    }
    seen.replaceAll((pid, entry) -> inherited(entry, seen, before));
    known = seen;
    children = seen.values().stream().collect(Collectors.groupingBy(Entry::parent));
    readAt = System.nanoTime();
    cost = readAt - now;
  }

  /** Returns how old a listing may be that cost so much. */
  static long fresh(long costNanos) {
    return Math.clamp(AGE_PER_COST * costNanos, FRESH_NANOS, BELIEVED_NANOS);
  }

  /** Returns the entry with an ancestor that is still there, as far as one is known. */
  private static Entry inherited(Entry entry, Map<Long, Entry> seen, Map<Long, Entry> before) {
    long ancestor = entry.parent;
    for (Entry gone = before.get(ancestor);
        gone != null && !seen.containsKey(ancestor);
        gone = before.get(ancestor)) {
      ancestor = gone.parent;
    }
    return ancestor == entry.parent ? entry : new Entry(entry.pid, ancestor, entry.session);
  }

  /** Returns the number that was given out last; empty where it is not told. Guarded by this. */
  private String newest() {
    try {
      KeptFile file = load == null ? KeptFile.open(LOAD) : load;
      load = file;
      String line = file.line();
      return line.substring(line.lastIndexOf(' ') + 1);
    } catch (IOException notLinux) {
      return "";
    }
  }

  private static List<Long> numbers() {
    List<Long> numbers = new ArrayList<>();
    String[] names = NativeAccess.linux() ? PROC.list() : null;
    for (String name : names == null ? new String[0] : names) {
      if (name.charAt(0) >= '1' && name.charAt(0) <= '9') {
        numbers.add(Long.parseLong(name));
      }
    }
    return numbers;
  }
}
