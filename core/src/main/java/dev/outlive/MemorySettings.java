package dev.outlive;

import dev.outlive.internal.local.MemoryLimits;
import dev.outlive.internal.pool.MemoryRules;
import dev.outlive.policy.MemoryPolicy;
import dev.outlive.task.Bytes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The settings of a pool that are about memory. Confined to one thread. */
abstract sealed class MemorySettings permits WorkerSettings {
  private static final Bytes SMALLEST_HEAP = Bytes.ofMebibytes(8);
  private static final Bytes SMALLEST_WORKER = Bytes.ofMebibytes(64);

  private @Nullable Bytes maxHeap;
  private @Nullable Bytes memoryPerWorker;
  private @Nullable Bytes recycleAbove;
  private boolean isolateMemory;
  private boolean learnMemory;
  private MemoryPolicy memoryPolicy = MemoryPolicy.USUAL;

  abstract ProcessPoolBuilder self();

  /**
   * Sets the workers' Java heap, as {@code -Xmx} does. Default: what fits into {@link
   * ProcessPoolBuilder#memoryPerWorker}; without that the JVM's own choice, a quarter of the memory
   * <em>for each worker</em>.
   *
   * @param size 8 MiB or more
   */
  public ProcessPoolBuilder maxHeap(Bytes size) {
    Objects.requireNonNull(size, "maxHeap");
    if (size.compareTo(SMALLEST_HEAP) < 0) {
      throw new IllegalArgumentException(
          "maxHeap must be " + SMALLEST_HEAP + " or more, maxHeap=" + size);
    }
    this.maxHeap = size;
    return self();
  }

  /**
   * Sets how much memory a worker may hold, with all that its tasks have started: what is resident
   * of its own and shared memory, without files and without the segments of {@code
   * dev.outlive.memory}. Watched while tasks run: a worker that holds more is killed at once, with
   * {@code MEMORY_LIMIT}, and no other. Heap, metaspace, direct buffers and stacks get sizes that
   * fit in, unless {@link ProcessPoolBuilder#maxHeap} or {@code jvmArgs} set them; what is set and
   * does not fit is refused by {@link ProcessPoolBuilder#build}, with both numbers. Needs {@code
   * /proc}. Default: no limit.
   *
   * @param size 64 MiB or more, of which 11 MiB are heap then: a worker that has run one task holds
   *     some 35 MiB, and some 50 once its compilers have worked
   */
  public ProcessPoolBuilder memoryPerWorker(Bytes size) {
    Objects.requireNonNull(size, "memoryPerWorker");
    if (size.compareTo(SMALLEST_WORKER) < 0) {
      throw new IllegalArgumentException(
          "memoryPerWorker must be " + SMALLEST_WORKER + " or more, memoryPerWorker=" + size);
    }
    this.memoryPerWorker = size;
    return self();
  }

  /**
   * Sets how much memory a worker may hold that is to stay: one that was seen to hold more gets
   * nothing new, and leaves when it has done what it has, once its successor is ready. Counted as
   * {@link ProcessPoolBuilder#memoryPerWorker} is. Against what tasks leave behind. Default: any.
   *
   * @param size 1 byte or more; less than a fresh worker holds (some 35 MiB) recycles after each
   *     task
   */
  public ProcessPoolBuilder recycleAbove(Bytes size) {
    Objects.requireNonNull(size, "recycleAbove");
    if (size.count() < 1) {
      throw new IllegalArgumentException("recycleAbove must be 1 B or more, recycleAbove=" + size);
    }
    this.recycleAbove = size;
    return self();
  }

  /**
   * Sets whether each worker gets a memory control group of its own, with {@link
   * ProcessPoolBuilder#memoryPerWorker} as its limit if that is set: then the kernel enforces it,
   * and proves what it has killed. All counts there that a worker is the first to touch, segments
   * too. A worker starts some 25 ms later. Where none can be made (not Linux, no right to) a
   * warning says why, and the pool works without. Default: false.
   */
  public ProcessPoolBuilder isolateMemory(boolean isolated) {
    this.isolateMemory = isolated;
    return self();
  }

  /**
   * Sets whether the pool learns how much memory tasks need, by their name, and starts only as many
   * at a time as fit. What it does not know yet it starts as usual. Default: false.
   */
  public ProcessPoolBuilder learnMemory(boolean learned) {
    this.learnMemory = learned;
    return self();
  }

  /**
   * Sets how much memory of the machine or container is to stay free. Default: {@link
   * MemoryPolicy#USUAL}.
   */
  public ProcessPoolBuilder memoryPolicy(MemoryPolicy policy) {
    this.memoryPolicy = Objects.requireNonNull(policy, "memoryPolicy");
    return self();
  }

  // ---- for the pool

  @Nullable Bytes maxHeap() {
    return maxHeap;
  }

  MemoryLimits memoryLimits() {
    return new MemoryLimits(
        Optional.ofNullable(maxHeap),
        Optional.ofNullable(memoryPerWorker),
        Optional.ofNullable(recycleAbove),
        isolateMemory,
        learnMemory);
  }

  /**
   * Returns the pool's rules about memory.
   *
   * @param heapBytes the heap that a worker has as a rule; 0: not known
   */
  MemoryRules memoryRules(long heapBytes) {
    return new MemoryRules(
        memoryPolicy,
        learnMemory,
        heapBytes,
        memoryPerWorker == null ? 0 : memoryPerWorker.count());
  }

  /** Returns the settings in words. */
  List<String> inWords() {
    return List.of(
        "maxHeap=" + maxHeap,
        "memoryPerWorker=" + memoryPerWorker,
        "recycleAbove=" + recycleAbove,
        "isolateMemory=" + isolateMemory,
        "learnMemory=" + learnMemory,
        "memoryPolicy=" + memoryPolicy);
  }
}
