package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
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

  boolean limited() {
    return limitNanos != Long.MAX_VALUE;
  }
}
