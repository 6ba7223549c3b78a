package dev.outlive.policy;

import java.util.OptionalLong;

/**
 * How much memory of the machine or container is to stay free. Free is the least of what the
 * machine has available and what is left in each enclosing control group. Immutable.
 *
 * <pre>
 *   free    |---------- enough ----------| hold |-- low --| preempt |-- critical --|  0
 *   tasks     start as workers are free           none starts         the newest that can be
 *                                                 beside others       tried again is killed
 *                                                                     and waits its turn
 * </pre>
 *
 * <p>A pool never stands still for want of memory: one task at a time always runs.
 */
public final class MemoryPolicy {
  private static final int DIVISOR = 20;
  private static final long MOST_HELD = 1L << 30;

  /**
   * What is to stay free follows from the size of the tightest place: a twentieth of it and no more
   * than 1 GiB; below half of that tasks are preempted. Both are twice that where the kernel would
   * kill the whole container instead of one worker ({@code memory.oom.group}, which Kubernetes
   * sets).
   */
  public static final MemoryPolicy USUAL =
      new MemoryPolicy(OptionalLong.empty(), OptionalLong.empty());

  /** Nothing is held back and nothing preempted, however little memory is free. */
  public static final MemoryPolicy OFF = keepFree(0, 0);

  private final OptionalLong hold;
  private final OptionalLong preempt;

  private MemoryPolicy(OptionalLong hold, OptionalLong preempt) {
    this.hold = hold;
    this.preempt = preempt;
  }

  /**
   * Returns a policy with these limits.
   *
   * @param holdBytes below this no task starts while another is at work; 0 or more
   * @param preemptBytes below this tasks are preempted; 0: never; at most {@code holdBytes}
   * @throws IllegalArgumentException if a limit is out of range
   */
  public static MemoryPolicy keepFree(long holdBytes, long preemptBytes) {
    if (preemptBytes < 0 || holdBytes < preemptBytes) {
      throw new IllegalArgumentException(
          "what stays free must be 0 <= preemptBytes <= holdBytes, preemptBytes="
              + preemptBytes
              + ", holdBytes="
              + holdBytes);
    }
    return new MemoryPolicy(OptionalLong.of(holdBytes), OptionalLong.of(preemptBytes));
  }

  /**
   * Returns below how much free memory no more tasks start, in bytes.
   *
   * @param totalBytes the size of the tightest place
   * @param groupKill whether the kernel would kill the whole container
   */
  public long holdBelow(long totalBytes, boolean groupKill) {
    return hold.orElse(usual(totalBytes, groupKill));
  }

  /**
   * Returns below how much free memory tasks are preempted, in bytes.
   *
   * @param totalBytes the size of the tightest place
   * @param groupKill whether the kernel would kill the whole container
   */
  public long preemptBelow(long totalBytes, boolean groupKill) {
    return preempt.orElse(usual(totalBytes, groupKill) / 2);
  }

  private static long usual(long totalBytes, boolean groupKill) {
    return Math.min(totalBytes / DIVISOR, MOST_HELD) * (groupKill ? 2 : 1);
  }

  /** Returns the limits in words. */
  @Override
  public String toString() {
    return hold.isEmpty()
        ? "by size"
        : "hold below " + hold.getAsLong() + " B, preempt below " + preempt.orElse(0) + " B";
  }
}
