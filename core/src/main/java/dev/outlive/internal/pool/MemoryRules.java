package dev.outlive.internal.pool;

import dev.outlive.policy.MemoryPolicy;

/**
 * What a pool does about memory.
 *
 * @param policy how much is to stay free
 * @param learns whether the peaks of tasks, by name, bound how many run at a time
 * @param heapBytes the heap that a worker has as a rule; 0: it follows from the limit
 * @param memoryBytes its limit; 0: none
 */
public record MemoryRules(MemoryPolicy policy, boolean learns, long heapBytes, long memoryBytes) {
  /** Without limits: nothing is held back or learned. */
  public static final MemoryRules NONE = new MemoryRules(MemoryPolicy.OFF, false, 0, 0);
}
