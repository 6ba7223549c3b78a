package dev.outlive.internal.local;

import dev.outlive.internal.diagnosis.Held;
import dev.outlive.internal.protocol.HeapUse;
import dev.outlive.os.MemoryUse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;

/**
 * One worker's memory against its limits: decides when the next look is due, whether a cheap one is
 * to be followed by a precise one, and what a precise one means; keeps the curve and the peaks.
 *
 * <pre>
 *   0 |------- held -------|---------------- room ----------------| limit
 *                            next look after room / 1 GiB/s, at least 5 ms and at most 1 s
 *
 *   estimate (cheap) --- over the limit, or a sixteenth more than the last precise one ---> precise
 *                    --- the last precise one is a second old ----------------------------> precise
 *   precise --- over the limit ---> OVER, once      --- over recycleAbove ---> GROWN, once
 * </pre>
 *
 * <p>Only precise readings are ever concluded from, kept or told: an estimate counts pages of files
 * that were touched since. What is held is {@link MemoryUse#countedBytes}.
 *
 * <p>Pure: no clock, no I/O. Safe for use by many threads.
 */
final class MemoryGauge {
  /** How many points of the curve are kept, beside the last. */
  static final int KEPT = 32;

  /** Who grows by more than this can be over the limit before it is seen. */
  static final long BYTES_PER_SECOND = 1L << 30;

  static final long SHORTEST_NANOS = 5_000_000;
  static final long LONGEST_NANOS = 1_000_000_000;
  static final long APART_NANOS = 50_000_000;

  /** Where the machine is short of memory too, somebody asks who holds how much. */
  static final long SHORTEST_FOR_HOST_NANOS = 20_000_000;

  private static final int STEPS = 16;
  private static final long SMALLEST_STEP = 4L << 20;

  /** What a precise reading means. */
  enum Verdict {
    /** Nothing. */
    FINE,
    /** It holds more than a worker may that is to stay. */
    GROWN,
    /** It holds more than any worker may. */
    OVER
  }

  /** How much was held at one moment. */
  record Sample(long nanos, long heldBytes) {}

  private final long limitBytes;
  private final long recycleAboveBytes;

  private final Deque<Sample> curve = new ArrayDeque<>(); // guarded by this
  private final Peaks peaks = new Peaks(); // guarded by this
  private long estimate; // guarded by this
  private long held = -1; // guarded by this
  private long peak; // guarded by this
  private int processes; // guarded by this
  private long preciseNanos; // guarded by this
  private boolean kernelEnforces; // guarded by this
  private long longestNanos = LONGEST_NANOS; // guarded by this
  private boolean toldGrown; // guarded by this
  private boolean toldOver; // guarded by this

  /**
   * Creates the gauge of a worker that was not looked at yet.
   *
   * @param limitBytes what it may hold; 0: any
   * @param recycleAboveBytes what it may hold if it is to stay; 0: any
   */
  MemoryGauge(long limitBytes, long recycleAboveBytes) {
    this.limitBytes = limitBytes;
    this.recycleAboveBytes = recycleAboveBytes;
  }

  /**
   * Says whether the worker is in a control group that has the limit: then it is the kernel that
   * enforces it, and proves what it has killed.
   */
  synchronized void kernelEnforces(boolean enforces) {
    kernelEnforces = enforces;
  }

  /** Returns whether nothing is done about so much since the kernel does. */
  synchronized boolean isLeftToTheKernel(long heldBytes) {
    return kernelEnforces && limitBytes > 0 && heldBytes > limitBytes;
  }

  /** Has it looked at often wherever it stands, so that the peaks of short tasks are seen. */
  synchronized void learns() {
    longestNanos = APART_NANOS;
  }

  /** Takes an estimate; returns whether a precise reading is due now. */
  synchronized boolean suspects(long nanos, long bytes) {
    estimate = bytes;
    return held < 0
        || nanos - preciseNanos >= LONGEST_NANOS
        || (enforces() && bytes > limitBytes)
        || bytes - held > Math.max(held / STEPS, SMALLEST_STEP);
  }

  /** Takes a precise reading, and returns what it means. */
  synchronized Verdict take(long nanos, MemoryUse use) {
    preciseNanos = nanos;
    held = use.countedBytes();
    estimate = held;
    peak = Math.max(peak, held);
    processes = use.processes();
    peaks.add(nanos, held);
    keep(new Sample(nanos, held));
    if (enforces() && held > limitBytes) {
      toldOver = true;
      return Verdict.OVER;
    }
    if (recycleAboveBytes > 0 && held > recycleAboveBytes && !toldGrown) {
      toldGrown = true;
      return Verdict.GROWN;
    }
    return Verdict.FINE;
  }

  /** The last one is always kept; those before it are not closer than {@link #APART_NANOS}. */
  private void keep(Sample sample) {
    Sample last = curve.pollLast();
    Sample before = curve.peekLast();
    if (last != null && (before == null || last.nanos - before.nanos >= APART_NANOS)) {
      curve.addLast(last);
    }
    curve.addLast(sample);
    if (curve.size() > KEPT + 1) {
      curve.removeFirst();
    }
  }

  /** Once it is told there is nothing more to enforce. */
  private boolean enforces() {
    return limitBytes > 0 && !kernelEnforces && !toldOver;
  }

  /**
   * Returns how long until the next look.
   *
   * @param hostRoomBytes how much is free where the worker runs, as far as is known
   */
  synchronized long nanosToNextLook(long hostRoomBytes) {
    long own = limitBytes == 0 || toldOver ? LONGEST_NANOS : nanosToFill(limitBytes - estimate);
    return Math.min(
        Math.clamp(own, SHORTEST_NANOS, longestNanos),
        Math.clamp(nanosToFill(hostRoomBytes), SHORTEST_FOR_HOST_NANOS, LONGEST_NANOS));
  }

  /** Returns how long it takes at least until so much more is held; may be negative. */
  static long nanosToFill(long roomBytes) {
    return Math.clamp(roomBytes, -BYTES_PER_SECOND, 4 * BYTES_PER_SECOND)
        * LONGEST_NANOS
        / BYTES_PER_SECOND;
  }

  // ---- what was seen

  /** Returns whether anything follows from what is seen. */
  boolean hasLimits() {
    return limitBytes > 0 || recycleAboveBytes > 0;
  }

  /** Returns what it may hold if it is to stay; 0: any. */
  long recycleAboveBytes() {
    return recycleAboveBytes;
  }

  /** Returns how much it held when it was last looked at; empty if it never was. */
  synchronized OptionalLong heldBytes() {
    return held < 0 ? OptionalLong.empty() : OptionalLong.of(held);
  }

  /** Returns the most that it was seen to hold since then; empty if it was not looked at since. */
  synchronized OptionalLong peakSince(long nanos) {
    return peaks.since(nanos);
  }

  /** Returns the last samples, the oldest first, at most {@value #KEPT} and the very last. */
  synchronized List<Sample> curve() {
    return List.copyOf(curve);
  }

  /**
   * Returns what it holds against its limit, as last read.
   *
   * @param heap what the worker has told of its heap
   * @param toldNanos when it told that
   */
  synchronized Held held(HeapUse heap, long toldNanos) {
    return new Held(
        limitBytes,
        Math.max(0, held),
        peak,
        heap,
        Math.max(0, preciseNanos - toldNanos),
        Math.max(1, processes),
        growth());
  }

  /** Bytes a second over the last second, or what there is of it; 0: it did not grow. */
  private long growth() {
    Sample last = curve.peekLast();
    for (Sample sample : curve) {
      if (last != null && last.nanos - sample.nanos <= LONGEST_NANOS) {
        double seconds = (last.nanos - sample.nanos) / 1e9;
        return seconds == 0
            ? 0
            : Math.max(0, (long) ((last.heldBytes - sample.heldBytes) / seconds));
      }
    }
    return 0;
  }
}
