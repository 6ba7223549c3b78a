package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.policy.RetryPolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * The failed attempts at one item, and what the next one wants. Immutable.
 *
 * @param failures how many attempts have failed
 * @param causes the cause of each
 * @param types what each threw: class names; empty where it did not throw
 * @param lost the diagnoses of those that were lost with their worker
 * @param peakBytes the most memory that a worker was seen to hold during them
 * @param preempted whether an attempt was begun that does not count
 * @param terms what the next attempt wants
 */
record History(
    int failures,
    List<Cause> causes,
    List<List<String>> types,
    List<Diagnosis> lost,
    long peakBytes,
    boolean preempted,
    Terms terms) {
  static final History NONE = new History(0, List.of(), List.of(), List.of(), 0, false, Terms.NONE);

  /** The number of the attempt that comes next, or runs. */
  int attempt() {
    return failures + 1;
  }

  History withFailure(Cause cause, List<String> thrown) {
    return new History(
        failures + 1, with(causes, cause), with(types, thrown), lost, peakBytes, preempted, terms);
  }

  History withPeak(long bytes) {
    long peak = Math.max(peakBytes, bytes);
    return new History(failures, causes, types, lost, peak, preempted, terms);
  }

  History withLoss(Diagnosis diagnosis) {
    return new History(failures, causes, types, with(lost, diagnosis), peakBytes, preempted, terms);
  }

  History withPreemption() {
    return new History(failures, causes, types, lost, peakBytes, true, terms);
  }

  History with(Terms next) {
    return new History(failures, causes, types, lost, peakBytes, preempted, next);
  }

  /** Whether any attempt was ever begun. */
  boolean begun() {
    return failures > 0 || preempted;
  }

  /** The cause of the last failure; there was one. */
  Cause lastCause() {
    return causes.getLast();
  }

  boolean mayTryAgain(RetryPolicy policy, TaskRules rules) {
    return failuresUnder(policy, rules.retry()) < policy.attempts();
  }

  /** The verdict if the last attempt, which was lost with its worker, was the last of all. */
  Verdict lostFor(Cause cause, TaskRules rules) {
    return cause == Cause.TIMEOUT
        ? new Verdict.TimedOut(rules.limitNanos(), failures, lost)
        : new Verdict.Died(true, failures, lost, "");
  }

  /**
   * How many of the failures this policy counts: those for which it is the first of all that
   * covers.
   */
  int failuresUnder(RetryPolicy policy, List<RetryPolicy> all) {
    int count = 0;
    for (int i = 0; i < causes.size(); i++) {
      if (decider(all, causes.get(i), types.get(i)) == policy) {
        count++;
      }
    }
    return count;
  }

  static RetryPolicy decider(List<RetryPolicy> all, Cause cause, List<String> thrown) {
    for (RetryPolicy policy : all) {
      if (policy.covers(cause, thrown)) {
        return policy;
      }
    }
    return NEVER;
  }

  /** The policy that decides where no other does. */
  static final RetryPolicy NEVER = RetryPolicy.onCrash().attempts(1);

  private static <T> List<T> with(List<T> list, T last) {
    List<T> longer = new ArrayList<>(list);
    longer.add(last);
    return List.copyOf(longer);
  }
}
