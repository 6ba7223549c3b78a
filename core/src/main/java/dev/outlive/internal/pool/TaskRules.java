package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.Outcome;
import java.util.List;

/**
 * What one task is due when an attempt at it fails: its options, with the pool's defaults filled
 * in.
 *
 * @param limitNanos how long an attempt may run; {@link Long#MAX_VALUE}: without limit
 * @param retry the first that covers a cause decides
 * @param priority what is higher goes first
 */
public record TaskRules(
    long limitNanos,
    List<RetryPolicy> retry,
    FailurePolicy onCrash,
    FailurePolicy onException,
    FailurePolicy onTimeout,
    int priority) {

  FailurePolicy policyFor(Cause cause) {
    return switch (cause.kind()) {
      case CRASH, OURS -> onCrash;
      case EXCEPTION -> onException;
      case TIMEOUT -> onTimeout;
    };
  }

  /** What a failed outcome comes to; what has succeeded or was cancelled is not asked about. */
  FailurePolicy policyFor(Outcome<?> failed) {
    return switch (failed) {
      case Outcome.Died<?> _ -> onCrash;
      case Outcome.TimedOut<?> _ -> onTimeout;
      case Outcome.Threw<?> _ -> onException;
      case Outcome.Success<?> _, Outcome.Cancelled<?> _ -> FailurePolicy.FAIL;
    };
  }

  /** The same rules for a task of several items of which each is to end for itself. */
  TaskRules goingOn() {
    return new TaskRules(
        limitNanos, retry, goingOn(onCrash), goingOn(onException), goingOn(onTimeout), priority);
  }

  private static FailurePolicy goingOn(FailurePolicy policy) {
    return policy == FailurePolicy.FAIL ? FailurePolicy.SKIP : policy;
  }

  /** Whether it would be tried again if the kernel killed it for want of memory. */
  boolean retriable() {
    return retry.stream()
        .filter(policy -> policy.covers(Cause.KERNEL_OOM, List.of()))
        .findFirst()
        .filter(policy -> policy.attempts() > 1)
        .isPresent();
  }

  boolean limited() {
    return limitNanos != Long.MAX_VALUE;
  }
}
