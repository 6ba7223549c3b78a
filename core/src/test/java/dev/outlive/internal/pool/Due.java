package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an item is due after its failures, by its task's rules: reckoned here once more, in the
 * plainest way, from the words of the API alone.
 *
 * @param again whether it is tried again
 * @param least the shortest wait before that
 * @param most the longest wait before that
 * @param policy what decides if it is not tried again
 * @param retry what decided that it is; null: it is not
 */
record Due(
    boolean again, long least, long most, FailurePolicy policy, @Nullable RetryPolicy retry) {
  /**
   * A failed attempt.
   *
   * @param lost the death of its worker, if it was lost with one
   * @param scripted whether the item did it itself
   */
  record Failure(Cause cause, List<String> types, @Nullable Diagnosis lost, boolean scripted) {}

  /** Returns what comes after the last of the failures. */
  static Due after(TaskRules rules, List<Failure> failures) {
    Failure last = failures.getLast();
    FailurePolicy policy =
        last.cause() == Cause.TIMEOUT
            ? rules.onTimeout()
            : last.cause() == Cause.EXCEPTION || last.cause() == Cause.UNDECODABLE
                ? rules.onException()
                : rules.onCrash();
    int decider = decider(rules, last);
    if (decider < 0) {
      return new Due(false, 0, 0, policy, null);
    }
    RetryPolicy retry = rules.retry().get(decider);
    int counted = 0;
    for (Failure failure : failures) {
      counted += decider(rules, failure) == decider ? 1 : 0;
    }
    long wait = retry.backoff().first().toNanos();
    for (int i = 1; i < counted; i++) {
      wait = Math.min(wait * 2, retry.backoff().limit().toNanos());
    }
    boolean again = counted < retry.attempts();
    return new Due(again, wait / 2, wait, policy, again ? retry : null);
  }

  private static int decider(TaskRules rules, Failure failure) {
    for (int i = 0; i < rules.retry().size(); i++) {
      if (rules.retry().get(i).covers(failure.cause(), failure.types())) {
        return i;
      }
    }
    return -1;
  }

  /** Returns the verdict over an item that is not tried again. */
  static Verdict verdict(TaskRules rules, List<Failure> failures, @Nullable ItemResult error) {
    int attempts = failures.size();
    List<Diagnosis> lost = lost(failures);
    return switch (failures.getLast().cause()) {
      case TIMEOUT -> new Verdict.TimedOut(rules.limitNanos(), attempts, lost);
      case EXCEPTION, UNDECODABLE ->
          new Verdict.Threw(Objects.requireNonNull(error), attempts, lost);
      default -> new Verdict.Died(true, attempts, lost, "");
    };
  }

  static List<Diagnosis> lost(List<Failure> failures) {
    return failures.stream().map(Failure::lost).filter(Objects::nonNull).toList();
  }
}
