package dev.outlive.internal.pool;

import dev.outlive.failure.Diagnosis;
import java.util.List;

/** How one item ended for good. */
sealed interface Verdict {
  /** How many attempts were begun. */
  int attempts();

  /** What is known of the last attempt. */
  Attempt last();

  /** The same verdict, with what is known of an attempt that was lost. */
  default Verdict after(Attempt lost) {
    return this;
  }

  /** The attempts that were lost with their worker, in their order. */
  List<Diagnosis> lost();

  record Returned(ItemResult result, int attempts, List<Diagnosis> lost) implements Verdict {
    @Override
    public Attempt last() {
      return result.attempt();
    }
  }

  record Threw(ItemResult error, int attempts, List<Diagnosis> lost) implements Verdict {
    @Override
    public Attempt last() {
      return error.attempt();
    }
  }

  /** The last of {@code lost} is what ended it. */
  record Died(boolean mayHaveStarted, int attempts, List<Diagnosis> lost, Attempt last)
      implements Verdict {
    Died(boolean mayHaveStarted, int attempts, List<Diagnosis> lost) {
      this(mayHaveStarted, attempts, lost, Attempt.NONE);
    }

    @Override
    public Verdict after(Attempt ended) {
      return new Died(mayHaveStarted, attempts, lost, ended);
    }
  }

  /** The last of {@code lost} is what ended it. */
  record TimedOut(long limitNanos, int attempts, List<Diagnosis> lost, Attempt last)
      implements Verdict {
    TimedOut(long limitNanos, int attempts, List<Diagnosis> lost) {
      this(limitNanos, attempts, lost, Attempt.NONE);
    }

    @Override
    public Verdict after(Attempt ended) {
      return new TimedOut(limitNanos, attempts, lost, ended);
    }
  }

  /** It waited for too long and never began. */
  record Expired(long limitNanos, Diagnosis diagnosis) implements Verdict {
    @Override
    public Attempt last() {
      return Attempt.NONE;
    }

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
