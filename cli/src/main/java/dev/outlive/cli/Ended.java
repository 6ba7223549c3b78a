package dev.outlive.cli;

import dev.outlive.task.Outcome;

/**
 * One input and how it ended.
 *
 * @param index its place among the inputs, from 0
 * @param input the input
 * @param outcome how its task ended
 */
record Ended(int index, String input, Outcome<Answer> outcome) {
  private static final int RECORD = 1_000;

  /** Returns about how many bytes it takes to hold it. */
  long weight() {
    String text =
        outcome instanceof Outcome.Success<Answer> done
            ? done.value() == null ? null : done.value().text()
            : null;
    return RECORD + 2L * input.length() + (text == null ? 0 : 2L * text.length());
  }
}
