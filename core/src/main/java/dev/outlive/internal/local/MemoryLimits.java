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
 */
public record MemoryLimits(
    Optional<Bytes> maxHeap,
    Optional<Bytes> perWorker,
    Optional<Bytes> recycleAbove,
    boolean isolate) {
  /** None at all. */
  public static final MemoryLimits NONE =
      new MemoryLimits(Optional.empty(), Optional.empty(), Optional.empty(), false);
}
