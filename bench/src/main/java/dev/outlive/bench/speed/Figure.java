package dev.outlive.bench.speed;

import java.util.List;
import java.util.Optional;

/**
 * One number of each repeat: the median of its samples. What did not come within the limit is
 * infinite.
 */
record Figure(List<Double> repeats) {
  Figure {
    if (repeats.isEmpty()) {
      throw new IllegalArgumentException("a figure needs a repeat");
    }
    repeats = List.copyOf(repeats);
  }

  /** The median over the repeats. */
  double median() {
    return median(repeats);
  }

  /** The best repeat. */
  double least() {
    return repeats.stream().min(Double::compare).orElseThrow();
  }

  /** The middle one; of an even number the mean of the two in the middle. */
  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    double upper = sorted.get(half);
    return sorted.size() % 2 == 1 ? upper : (sorted.get(half - 1) + upper) / 2;
  }

  /** The number that a goal is judged by; nothing where nothing came. */
  Optional<Double> value() {
    return Double.isInfinite(median()) ? Optional.empty() : Optional.of(median());
  }
}
