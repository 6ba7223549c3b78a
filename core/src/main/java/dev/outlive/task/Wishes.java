package dev.outlive.task;

import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a task or a run may want otherwise than its pool's defaults; null: as the pool has it.
 * Immutable; checks what it is given.
 */
record Wishes(
    @Nullable String name,
    @Nullable Duration timeout,
    @Nullable List<RetryPolicy> retry,
    @Nullable FailurePolicy onCrash,
    @Nullable FailurePolicy onException,
    @Nullable FailurePolicy onTimeout,
    int priority) {
  static final Wishes NONE = new Wishes(null, null, null, null, null, null, 0);

  private static final Duration LONGEST = Duration.ofDays(365);
  private static final int MOST_PRIORITY = 10;

  Wishes withName(String value) {
    String checked = Names.checked(value);
    return new Wishes(checked, timeout, retry, onCrash, onException, onTimeout, priority);
  }

  Wishes withTimeout(Duration limit) {
    Objects.requireNonNull(limit, "timeout");
    if (limit.isNegative() || limit.isZero() || limit.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "timeout must be over 0 and at most 365 days, timeout=" + limit);
    }
    return new Wishes(name, limit, retry, onCrash, onException, onTimeout, priority);
  }

  Wishes withRetry(RetryPolicy... policies) {
    Objects.requireNonNull(policies, "retry");
    for (RetryPolicy policy : policies) {
      Objects.requireNonNull(policy, "retry");
    }
    List<RetryPolicy> all = List.of(policies);
    return new Wishes(name, timeout, all, onCrash, onException, onTimeout, priority);
  }

  Wishes withOnCrash(FailurePolicy policy) {
    Objects.requireNonNull(policy, "onCrash");
    return new Wishes(name, timeout, retry, policy, onException, onTimeout, priority);
  }

  Wishes withOnException(FailurePolicy policy) {
    Objects.requireNonNull(policy, "onException");
    return new Wishes(name, timeout, retry, onCrash, policy, onTimeout, priority);
  }

  Wishes withOnTimeout(FailurePolicy policy) {
    Objects.requireNonNull(policy, "onTimeout");
    return new Wishes(name, timeout, retry, onCrash, onException, policy, priority);
  }

  Wishes withPriority(int value) {
    if (value < -MOST_PRIORITY || value > MOST_PRIORITY) {
      throw new IllegalArgumentException(
          "priority must be -" + MOST_PRIORITY + ".." + MOST_PRIORITY + ", priority=" + value);
    }
    return new Wishes(name, timeout, retry, onCrash, onException, onTimeout, value);
  }
}
