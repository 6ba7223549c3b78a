package dev.outlive.bench.survival;

import java.util.ArrayList;
import java.util.List;

/** What a row says of a contender, over all rounds. Confined to one thread. */
final class Cell {
  private final List<Verdict> verdicts = new ArrayList<>();

  void add(Verdict verdict) {
    verdicts.add(verdict);
  }

  boolean isGreen() {
    return !verdicts.isEmpty() && verdicts.stream().allMatch(Verdict::isGreen);
  }

  boolean isRed() {
    return verdicts.stream().anyMatch(verdict -> verdict.mark() == Verdict.Mark.RED);
  }

  /** Green only if it always was; of several the first that was not, with their number. */
  @Override
  public String toString() {
    List<Verdict> red = verdicts.stream().filter(verdict -> !verdict.isGreen()).toList();
    if (red.isEmpty()) {
      return verdicts.isEmpty() ? "" : verdicts.getLast().toString();
    }
    String often = verdicts.size() == 1 ? "" : " (" + red.size() + " of " + verdicts.size() + ")";
    return red.getFirst() + often;
  }
}
