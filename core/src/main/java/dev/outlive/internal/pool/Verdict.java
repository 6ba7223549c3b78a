package dev.outlive.internal.pool;

import dev.outlive.failure.Diagnosis;
import java.util.List;

/** How one item ended for good. */
sealed interface Verdict {
  /** How many attempts were begun. */
  int attempts();

  /** The attempts that were lost with their worker, in their order. */
  List<Diagnosis> lost();

  record Returned(ItemResult result, int attempts, List<Diagnosis> lost) implements Verdict {}

  record Threw(ItemResult error, int attempts, List<Diagnosis> lost) implements Verdict {}

  /** The last of {@code lost} is what ended it. */
  record Died(boolean mayHaveStarted, int attempts, List<Diagnosis> lost) implements Verdict {}

  /** The last of {@code lost} is what ended it. */
  record TimedOut(long limitNanos, int attempts, List<Diagnosis> lost) implements Verdict {}

  /** It waited for too long and never began. */
  record Expired(long limitNanos, Diagnosis diagnosis) implements Verdict {
    @Override
    public int attempts() {
      return 0;
    }

    @Override
    public List<Diagnosis> lost() {
      return List.of();
    }
  }
}
