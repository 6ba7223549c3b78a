package dev.outlive.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * Puts what ends in any order back into the order of the inputs: holds what came early until all
 * before it have come. Confined to one thread.
 *
 * @param <T> what is put in order
 */
final class InputOrder<T> {
  private final Consumer<? super T> out;
  private final ToLongFunction<? super T> weigher;
  private final Map<Integer, T> early = new HashMap<>();
  private int next;
  private long weight;

  /**
   * Creates one.
   *
   * @param weigher how much room something takes while it is held
   * @param out is handed what is in order, on the caller's thread
   */
  InputOrder(ToLongFunction<? super T> weigher, Consumer<? super T> out) {
    this.weigher = weigher;
    this.out = out;
  }

  /** Takes what belongs to an index, once for each, and hands out all that is now in order. */
  void add(int index, T value) {
    if (index < next || early.put(index, value) != null) {
      throw new AssertionError("index " + index + " came twice, next=" + next);
    }
    weight += weigher.applyAsLong(value);
    for (T due = early.remove(next); due != null; due = early.remove(next)) {
      next++;
      weight -= weigher.applyAsLong(due);
      out.accept(due);
    }
  }

  /** Returns how much room all that is held takes. */
  long weight() {
    return weight;
  }
}
