package dev.outlive.spi;

/**
 * How much memory one worker gets, where that is not what all workers of its pool get.
 *
 * @param heapBytes its Java heap; 0: what follows from the pool's settings and the memory
 * @param memoryBytes its limit on resident memory; 0: what the pool's settings say
 */
public record WorkerSize(long heapBytes, long memoryBytes) {
  /** As all workers of the pool. */
  public static final WorkerSize USUAL = new WorkerSize(0, 0);

  /** Refuses negative sizes. */
  public WorkerSize {
    if (heapBytes < 0 || memoryBytes < 0) {
      throw new IllegalArgumentException(
          "sizes must be 0 or more, heapBytes=" + heapBytes + ", memoryBytes=" + memoryBytes);
    }
  }
}
