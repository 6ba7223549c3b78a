package dev.outlive.os;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Measures the memory of one process and of its descendants: precisely now and then, cheaply in
 * between.
 *
 * <p>A descendant is who has a counted process as parent, or the process's own session; also when
 * its parent has ended since. Not found is who left both before it was seen, as a daemon does, and
 * for some milliseconds who was just started, see {@link ProcessTable}.
 *
 * <p>Neither reading stops the process or walks its page tables, as smaps_rollup does, which takes
 * tens of milliseconds for gigabytes. The kernel counts in portions of up to 64 pages for each
 * thread, so a process may hold some MiB more than either says. Safe for use by many threads.
 */
public final class MemoryMeter implements AutoCloseable {
  /** How many descendants have quick readings of their own: each takes two descriptors. */
  private static final int KEPT = 16;

  private final long pid;
  private final MeteredProcess top; // guarded by this
  private Map<Long, MeteredProcess> descendants = Map.of(); // guarded by this
  private boolean read; // guarded by this
  private boolean closed; // guarded by this

  private MemoryMeter(long pid) {
    this.pid = pid;
    this.top = MeteredProcess.top(pid);
  }

  /**
   * Returns the meter of a process, which stays that of this very process when its number is given
   * out again. Where it is gone, and off Linux, each reading is empty.
   */
  public static MemoryMeter of(long pid) {
    return new MemoryMeter(pid);
  }

  /**
   * Takes the precise reading, and remembers it for the quick ones. Costs some 15 us for each
   * process that is counted, 1.5 us for each process of the machine, and some hundred when shared
   * memory was mapped or touched since the last one.
   *
   * @return empty when the process is gone, or only a zombie; off Linux; after {@link #close()}
   */
  public synchronized Optional<MemoryUse> read() {
    if (closed || !NativeAccess.linux()) {
      return Optional.empty();
    }
    Optional<MemoryUse> own = top.read(Optional.empty());
    read = true;
    if (own.isEmpty()) {
      replaceDescendants(Map.of());
      return own;
    }
    MemoryUse sum = own.get();
    int kept = 0;
    Map<Long, MeteredProcess> found = new LinkedHashMap<>();
    for (ProcessTable.Entry entry : ProcessTable.OF_THIS_MACHINE.descendants(pid)) {
      MeteredProcess process = descendants.get(entry.pid());
      if (process == null) {
        process = MeteredProcess.descendant(entry.pid(), kept < KEPT);
      }
      MeteredProcess parent = entry.parent() == pid ? top : found.get(entry.parent());
      Optional<MemoryUse> use = process.read(Optional.ofNullable(parent).map(p -> p.status()));
      if (use.isPresent()) {
        found.put(entry.pid(), process);
        kept += process.keptOpen() ? 1 : 0;
        sum = plus(sum, use.get());
      } else {
        process.close();
      }
    }
    replaceDescendants(found);
    return Optional.of(sum);
  }

  /** Guarded by this. */
  private void replaceDescendants(Map<Long, MeteredProcess> found) {
    descendants.forEach(
        (number, process) -> {
          if (!process.equals(found.get(number))) {
            process.close();
          }
        });
    descendants = found;
  }

  private static MemoryUse plus(MemoryUse one, MemoryUse other) {
    return new MemoryUse(
        one.residentBytes() + other.residentBytes(),
        one.anonymousBytes() + other.anonymousBytes(),
        one.sharedBytes() + other.sharedBytes(),
        one.segmentBytes() + other.segmentBytes(),
        one.processes() + other.processes());
  }

  /**
   * Estimates {@link MemoryUse#countedBytes} now, at some 3 us for each process: what is anonymous
   * as it is, what is shared or of files as far as it grew since the last precise reading, of the
   * descendants that were known then. So pages of files and segments that were touched since count
   * too: before anything is done about it, a precise reading has to confirm it. The first time it
   * takes one itself.
   *
   * @return empty when the process is gone, or only a zombie; off Linux; after {@link #close()}
   */
  public synchronized OptionalLong quick() {
    if (closed || (!read && read().isEmpty())) {
      return OptionalLong.empty();
    }
    OptionalLong own = top.quick();
    if (own.isEmpty()) {
      return own;
    }
    long sum = own.getAsLong();
    for (MeteredProcess process : descendants.values()) {
      sum += process.quick().orElse(0);
    }
    return OptionalLong.of(sum);
  }

  /** Ends the readings: each is empty from now on. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      top.close();
      replaceDescendants(Map.of());
    }
  }
}
