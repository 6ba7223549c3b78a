package dev.outlive.policy;

import java.time.Duration;
import java.util.Objects;

/**
 * How many early deaths a pool bears within a period before it gives up: the intensity of Erlang's
 * supervisors. A death is early if the worker had neither finished nor begun a task.
 *
 * @param deaths how many early deaths break the pool; 1..1000
 * @param period the sliding window in which they are counted; up to a day
 */
public record RestartLimit(int deaths, Duration period) {
  /** Refuses values out of range. */
  public RestartLimit {
    Objects.requireNonNull(period, "period");
    if (deaths < 1 || deaths > 1000) {
      throw new IllegalArgumentException("restartLimit must be 1..1000 deaths, deaths=" + deaths);
    }
    if (period.isNegative() || period.isZero() || period.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "restartLimit's period must be over 0 and at most 24 h, period=" + period);
    }
  }
}
