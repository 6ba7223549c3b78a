package dev.outlive.task;

import java.time.Duration;
import java.util.Objects;

/** The range of time limits. */
final class Limits {
  private static final Duration LONGEST = Duration.ofDays(365);

  private Limits() {}

  static Duration checked(Duration limit) {
    Objects.requireNonNull(limit, "timeout");
    if (limit.isNegative() || limit.isZero() || limit.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "timeout must be over 0 and at most 365 days, timeout=" + limit);
    }
    return limit;
  }
}
