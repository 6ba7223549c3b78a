package dev.outlive.os;

/**
 * How much memory a process and its descendants held at one moment, each process counted for itself
 * and then added up: what two of them share counts twice.
 *
 * @param residentBytes memory in RAM: anonymous, shared and that of files
 * @param anonymousBytes of that, what belongs to one process alone
 * @param sharedBytes of that, shared memory and tmpfs; the heap of ZGC is such memory too
 * @param segmentBytes of that, at most what Outlive's own segments map, see {@link Segments}
 * @param processes how many were counted, 1: no descendants
 */
public record MemoryUse(
    long residentBytes, long anonymousBytes, long sharedBytes, long segmentBytes, int processes) {

  /**
   * Returns what counts against a worker's limit: all but the pages of files, which the kernel
   * takes back when it needs them, and Outlive's segments, which a limit must not punish their
   * readers for.
   */
  public long countedBytes() {
    return Math.max(0, anonymousBytes + sharedBytes - Math.min(sharedBytes, segmentBytes));
  }
}
