package dev.outlive.cli;

import dev.outlive.os.HostMemory;
import dev.outlive.os.Machine;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.Bytes;
import java.time.Duration;
import java.util.List;

/**
 * How an input is tried again whose worker died for want of memory: alone, once there is room for
 * it, with twice the memory of the attempt before. Immutable.
 *
 * @param attempts how many there are, the first included
 * @param totalBytes how much memory there is at all: no attempt gets more
 */
record MemoryRetry(int attempts, long totalBytes) {
  /** For each attempt; longer than most inputs that run beside it take. */
  static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  private static final int FACTOR = 2;
  private static final int MOST_TIMES = 4;

  /** What a JVM takes of the memory for its heap, if nobody says how much. */
  private static final int JVM_SHARE = 4;

  /** Returns one that knows how much memory this machine or container has. */
  static MemoryRetry here(int attempts) {
    long machine =
        HostMemory.ofThisMachine()
            .look(List.of())
            .map(HostMemory.Room::totalBytes)
            .orElse(Long.MAX_VALUE);
    long group = Machine.memoryController().limitBytes().orElse(Long.MAX_VALUE);
    return new MemoryRetry(attempts, Math.min(machine, group));
  }

  /** Returns the policy for workers with these limits. */
  RetryPolicy policy(Job.Limits limits) {
    return RetryPolicy.onMemory()
        .attempts(attempts)
        .whenMemoryAvailable(LONGEST_WAIT)
        .alone()
        .withMoreMemory(FACTOR, mostBytes(limits));
  }

  /**
   * Returns the most that an attempt gets: four times what the first one gets, which is the limit
   * on a worker's memory, else on its heap, else the JVM's own choice.
   */
  long mostBytes(Job.Limits limits) {
    Bytes first = limits.memory() != null ? limits.memory() : limits.maxHeap();
    long firstBytes = first == null ? totalBytes / JVM_SHARE : first.count();
    return firstBytes > totalBytes / MOST_TIMES ? totalBytes : firstBytes * MOST_TIMES;
  }
}
