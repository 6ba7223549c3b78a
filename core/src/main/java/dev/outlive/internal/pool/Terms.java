package dev.outlive.internal.pool;

import dev.outlive.policy.RetryPolicy;
import dev.outlive.spi.WorkerSize;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the next attempt at an item wants beside a free worker. Immutable.
 *
 * @param waitNanos how long it may wait until there is memory for it; -1: it does not look
 * @param alone whether nothing else of the pool may run beside it
 * @param size the worker it wants
 * @param inVain what becomes of the item if there is no such attempt; null: there is in any case
 */
record Terms(long waitNanos, boolean alone, WorkerSize size, @Nullable Verdict inVain) {
  private static final long NO_WAIT = -1;

  /** A free worker is all it wants. */
  static final Terms NONE = new Terms(NO_WAIT, false, WorkerSize.USUAL, null);

  /** Whether a free worker is all it wants. */
  boolean plain() {
    return !waits() && !alone && size.equals(WorkerSize.USUAL);
  }

  boolean waits() {
    return waitNanos > NO_WAIT;
  }

  /** There is memory for it now. */
  Terms found() {
    return new Terms(NO_WAIT, alone, size, inVain);
  }

  /** The terms of the attempt after one under these that has failed. */
  Terms next(RetryPolicy policy, MemoryRules rules, Verdict verdict) {
    return new Terms(
        policy.memoryWait().map(Duration::toNanos).orElse(NO_WAIT),
        policy.runsAlone(),
        policy.givesMoreMemory() ? larger(policy, rules) : size,
        verdict);
  }

  /** The limit grows if there is one, and the heap with it; else the heap alone. */
  private WorkerSize larger(RetryPolicy policy, MemoryRules rules) {
    long heap = size.heapBytes() > 0 ? size.heapBytes() : rules.heapBytes();
    if (rules.memoryBytes() == 0) {
      return new WorkerSize(policy.moreThan(heap), 0);
    }
    long memory = size.memoryBytes() > 0 ? size.memoryBytes() : rules.memoryBytes();
    long more = policy.moreThan(memory);
    return new WorkerSize(Math.round((double) heap * more / memory), more);
  }
}
