package dev.outlive.internal.local;

import dev.outlive.os.HostMemory;
import dev.outlive.spi.MemoryView;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How much memory is free where the workers run: looked at by the vitals thread, told to one
 * observer. It reports; what is to be done about it is decided by the pool.
 *
 * <p>The less is free the sooner it looks again: before it can be full at 1 GiB/s, though not more
 * often than each 20 ms.
 */
final class HostWatch {
  static final long SHORTEST_NANOS = 20_000_000;
  static final long CLOSE_NANOS = 100_000_000;
  static final long LONGEST_NANOS = 1_000_000_000;

  private final HostMemory memory = HostMemory.ofThisMachine();
  private final Consumer<MemoryView> observer;

  private volatile boolean closely;
  private volatile long freeBytes = Long.MAX_VALUE;
  private long lastLook; // vitals thread only
  private boolean looked; // vitals thread only

  HostWatch(Consumer<MemoryView> observer) {
    this.observer = observer;
  }

  /** Sets whether it is looked at ten times a second at least, from the next look on. */
  void closely(boolean wanted) {
    closely = wanted;
  }

  /** Returns what was free at the last look; the largest number if that is not known. */
  long freeBytes() {
    return freeBytes;
  }

  /** Returns when the next look is due, at once if there was none yet. */
  long due(long now) {
    return looked ? lastLook + interval(closely, freeBytes) : now;
  }

  static long interval(boolean closely, long freeBytes) {
    return Math.clamp(
        MemoryGauge.nanosToFill(freeBytes), SHORTEST_NANOS, closely ? CLOSE_NANOS : LONGEST_NANOS);
  }

  /**
   * Takes a look, and tells it. On the vitals thread.
   *
   * @param workers the processes whose control groups count too
   * @param heldBytes what each worker holds, by its number
   */
  void look(long now, Collection<Long> workers, Map<Integer, Long> heldBytes) {
    looked = true;
    lastLook = now;
    Optional<HostMemory.Room> seen = memory.look(workers);
    freeBytes = seen.map(HostMemory.Room::freeBytes).orElse(Long.MAX_VALUE);
    seen.ifPresent(
        room ->
            observer.accept(
                new MemoryView(
                    now,
                    room.freeBytes(),
                    room.totalBytes(),
                    room.place(),
                    room.stalledPercent(),
                    room.groupKill(),
                    heldBytes)));
  }

  @Override
  public String toString() {
    return "the memory of the machine";
  }
}
