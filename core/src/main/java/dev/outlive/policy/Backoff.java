package dev.outlive.policy;

import java.time.Duration;
import java.util.Objects;

/**
 * How long to wait before the next try: the first wait, doubled each time up to a limit. With
 * jitter, so that what failed together does not come back together: the wait is drawn evenly from
 * the upper half of the computed one.
 *
 * @param first the wait before the second try; zero: no waiting at all
 * @param limit the longest wait; at least {@code first}
 */
public record Backoff(Duration first, Duration limit) {
  private static final Duration LONGEST = Duration.ofDays(1);

  /** No waiting. */
  public static final Backoff NONE = new Backoff(Duration.ZERO, Duration.ZERO);

  /** Refuses negative waits, waits of more than a day, and a limit below the first. */
  public Backoff {
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(limit, "limit");
    if (first.isNegative() || first.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("backoff's first wait must be 0..24 h, first=" + first);
    }
    if (limit.compareTo(first) < 0 || limit.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "backoff's limit must be from its first wait to 24 h, first="
              + first
              + " limit="
              + limit);
    }
  }

  /**
   * Returns the wait before a try, in nanoseconds.
   *
   * @param failures how many tries have failed so far, from 1
   * @param jitter an evenly drawn number in [0, 1)
   */
  public long delayNanos(int failures, double jitter) {
    long most = limit.toNanos();
    long wait = first.toNanos();
    for (int i = 1; i < failures && wait < most; i++) {
      wait = Math.min(most, wait * 2);
    }
    return wait / 2 + (long) (jitter * (wait - wait / 2));
  }
}
