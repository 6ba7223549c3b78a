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

  /** The same verdict, with a sentence why there was no further attempt. */
  default Verdict because(String why) {
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

  /**
   * The last of {@code lost} is what ended it.
   *
   * @param why why there was no further attempt, though there could have been; may be empty
   */
  record Died(boolean mayHaveStarted, int attempts, List<Diagnosis> lost, String why, Attempt last)
      implements Verdict {
    Died(boolean mayHaveStarted, int attempts, List<Diagnosis> lost, String why) {
      this(mayHaveStarted, attempts, lost, why, Attempt.NONE);
    }

    @Override
    public Verdict after(Attempt ended) {
      return new Died(mayHaveStarted, attempts, lost, why, ended);
    }

    @Override
    public Verdict because(String reason) {
      return new Died(mayHaveStarted, attempts, lost, reason, last);
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
