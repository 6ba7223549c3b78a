package dev.outlive.internal.local;

import dev.outlive.task.Bytes;
import java.util.Optional;

/**
 * How much memory the workers of a pool may hold.
 *
 * @param maxHeap their {@code -Xmx}; empty: what follows from {@code perWorker}, or the JVM's own
 *     choice
 * @param perWorker the limit on a worker's resident memory, descendants included; empty: none
 * @param recycleAbove what a worker may hold that is to stay; empty: anything
 * @param isolate whether each worker gets a memory control group of its own
 * @param learns whether the peaks of short tasks are wanted too
 */
public record MemoryLimits(
    Optional<Bytes> maxHeap,
    Optional<Bytes> perWorker,
    Optional<Bytes> recycleAbove,
    boolean isolate,
    boolean learns) {
  /** None at all. */
  public static final MemoryLimits NONE =
      new MemoryLimits(Optional.empty(), Optional.empty(), Optional.empty(), false);

  /** As a pool has them that learns nothing. */
  MemoryLimits(
      Optional<Bytes> maxHeap,
      Optional<Bytes> perWorker,
      Optional<Bytes> recycleAbove,
      boolean isolate) {
    this(maxHeap, perWorker, recycleAbove, isolate, false);
  }
}
