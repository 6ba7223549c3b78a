package dev.outlive.spi;

import java.util.Map;

/**
 * How much memory there is where the workers run, at one moment. Immutable.
 *
 * @param nanos when the look was begun, on the clock of {@link System#nanoTime()}
 * @param freeBytes how much more could be used in the tightest place
 * @param totalBytes how much there is in that place
 * @param place that place, in words: "the machine", or a control group with its path
 * @param stalledPercent how much of the last ten seconds everything stood still for want of memory
 *     there (PSI, "full avg10"), 0..100; 0 where nobody counts that
 * @param groupKill whether the kernel would kill the whole container, and this process with it,
 *     instead of one worker ({@code memory.oom.group})
 * @param heldBytes how much memory each worker holds, by its number, as far as it was looked at;
 *     counted as {@code memoryPerWorker} counts
 */
public record MemoryView(
    long nanos,
    long freeBytes,
    long totalBytes,
    String place,
    double stalledPercent,
    boolean groupKill,
    Map<Integer, Long> heldBytes) {
  /** Keeps a copy. */
  public MemoryView {
    heldBytes = Map.copyOf(heldBytes);
  }
}
