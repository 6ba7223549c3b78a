package dev.outlive.cli;

import dev.outlive.task.Outcome;

/**
 * How many inputs have ended, and how. Immutable.
 *
 * @param done how many have a result
 * @param failed how many threw, died or ran too long
 * @param cancelled how many were cancelled, or never begun
 * @param running how many are with the pool
 */
record Counts(int done, int failed, int cancelled, int running) {
  static final Counts NONE = new Counts(0, 0, 0, 0);

  Counts begun() {
    return new Counts(done, failed, cancelled, running + 1);
  }

  Counts ended(Outcome<?> outcome) {
    return switch (outcome) {
      case Outcome.Success<?> success -> new Counts(done + 1, failed, cancelled, running - 1);
      case Outcome.Cancelled<?> gone -> new Counts(done, failed, cancelled + 1, running - 1);
      case Outcome.Threw<?> threw -> new Counts(done, failed + 1, cancelled, running - 1);
      case Outcome.Died<?> died -> new Counts(done, failed + 1, cancelled, running - 1);
      case Outcome.TimedOut<?> late -> new Counts(done, failed + 1, cancelled, running - 1);
    };
  }

  int ended() {
    return done + failed + cancelled;
  }
}
