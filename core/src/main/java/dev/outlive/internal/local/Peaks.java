package dev.outlive.internal.local;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/**
 * The largest of all samples since any moment: keeps those that no later one has reached. Not safe
 * for many threads.
 *
 * <p>No more than {@value #KEPT} are kept; where a value falls for longer than that, the steps on
 * its way down are lost and not the peak.
 */
final class Peaks {
  static final int KEPT = 64;

  private record Sample(long nanos, long value) {}

  private final Deque<Sample> falling = new ArrayDeque<>(); // the oldest and largest first

  void add(long nanos, long value) {
    while (!falling.isEmpty() && falling.peekLast().value <= value) {
      falling.removeLast();
    }
    if (falling.size() == KEPT) {
      Sample peak = falling.removeFirst();
      falling.removeFirst();
      falling.addFirst(peak);
    }
    falling.addLast(new Sample(nanos, value));
  }

  /** Returns the largest of those since then; empty if there was none. */
  OptionalLong since(long nanos) {
    for (Sample sample : falling) {
      if (sample.nanos - nanos >= 0) {
        return OptionalLong.of(sample.value);
      }
    }
    return OptionalLong.empty();
  }
}
