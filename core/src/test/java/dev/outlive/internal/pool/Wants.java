package dev.outlive.internal.pool;

import dev.outlive.policy.RetryPolicy;
import dev.outlive.spi.WorkerSize;

/**
 * What an item's next attempt wants beside a free worker, reckoned from the words of {@link
 * RetryPolicy} alone.
 *
 * @param waitNanos how long it may wait for memory; -1: it does not
 */
record Wants(long waitNanos, boolean alone, WorkerSize size) {
  static final Wants NOTHING = new Wants(-1, false, WorkerSize.USUAL);

  boolean waits() {
    return waitNanos >= 0;
  }

  boolean sized() {
    return !size.equals(WorkerSize.USUAL);
  }

  /** Whether not any worker will do, or not at any time. */
  boolean special() {
    return alone || sized();
  }

  /** Returns what comes after an attempt that had what these want; it never gets less of a size. */
  Wants next(RetryPolicy policy, MemoryRules rules) {
    long wait = policy.memoryWait().isEmpty() ? -1 : policy.memoryWait().get().toNanos();
    WorkerSize next = policy.givesMoreMemory() ? larger(policy, rules) : size;
    return new Wants(wait, policy.runsAlone(), next);
  }

  private WorkerSize larger(RetryPolicy policy, MemoryRules rules) {
    long heap = sized() ? size.heapBytes() : rules.heapBytes();
    long limit = sized() ? size.memoryBytes() : rules.memoryBytes();
    if (limit == 0) {
      return new WorkerSize(policy.moreThan(heap), 0);
    }
    double grows = policy.moreThan(limit) / (double) limit;
    return new WorkerSize((long) (heap * grows), policy.moreThan(limit));
  }

  /** Whether a size is that one, but for what is lost to rounding. */
  boolean fits(WorkerSize given) {
    return Math.abs(given.heapBytes() - size.heapBytes()) <= 1
        && given.memoryBytes() == size.memoryBytes();
  }
}
