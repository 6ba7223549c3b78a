package dev.outlive.task;

import dev.outlive.policy.RetryPolicy;
import java.util.List;
import java.util.Objects;

/** The retry policies of options, none of them null. */
final class Policies {
  private Policies() {}

  static List<RetryPolicy> checked(RetryPolicy... policies) {
    Objects.requireNonNull(policies, "retry");
    for (RetryPolicy policy : policies) {
      Objects.requireNonNull(policy, "retry");
    }
    return List.of(policies);
  }
}
