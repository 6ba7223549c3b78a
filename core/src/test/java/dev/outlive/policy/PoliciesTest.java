package dev.outlive.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.failure.Cause;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class PoliciesTest {
  private static final RetryPolicy CRASH = RetryPolicy.onCrash();

  record Refusal(ThrowingCallable call, String message) {
    @Override
    public String toString() {
      return message;
    }
  }

  static Stream<Refusal> outOfRange() {
    Duration day = Duration.ofDays(1);
    Duration over = day.plusNanos(1);
    String last = "backoff's limit must be from its first wait to 24 h, ";
    return Stream.of(
        new Refusal(() -> CRASH.attempts(0), "attempts must be 1..1000, attempts=0"),
        new Refusal(() -> CRASH.attempts(1001), "attempts must be 1..1000, attempts=1001"),
        new Refusal(
            () -> CRASH.backoff(Duration.ofSeconds(-1), day),
            "backoff's first wait must be 0..24 h, first=PT-1S"),
        new Refusal(
            () -> CRASH.backoff(over, over), "backoff's first wait must be 0..24 h, first=" + over),
        new Refusal(
            () -> CRASH.backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)),
            last + "first=PT2S limit=PT1S"),
        new Refusal(() -> CRASH.backoff(day, over), last + "first=PT24H limit=" + over),
        new Refusal(RetryPolicy::on, "a retry policy must name at least one cause, causes=[]"),
        new Refusal(
            () -> RetryPolicy.on(Cause.SIGKILL, Cause.CANCELLED),
            "a task that the pool itself ended is never tried again, cause=CANCELLED"),
        new Refusal(
            () -> RetryPolicy.on(Cause.SHUTDOWN),
            "a task that the pool itself ended is never tried again, cause=SHUTDOWN"));
  }

  @ParameterizedTest
  @MethodSource("outOfRange")
  void a_value_out_of_range_is_refused_with_value_and_range(Refusal refusal) {
    assertThatThrownBy(refusal.call())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(refusal.message());
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T none() {
    @Nullable T nothing = null;
    return nothing;
  }

  static Stream<Refusal> nulls() {
    return Stream.of(
        new Refusal(() -> RetryPolicy.on((Cause[]) none()), "causes"),
        new Refusal(() -> RetryPolicy.on(Cause.EXIT, none()), "causes"),
        new Refusal(() -> RetryPolicy.onException(IOException.class, none()), "types"),
        new Refusal(() -> CRASH.backoff(none(), Duration.ZERO), "first"),
        new Refusal(() -> CRASH.backoff(Duration.ZERO, none()), "limit"),
        new Refusal(() -> new RestartLimit(1, none()), "period"));
  }

  @ParameterizedTest
  @MethodSource("nulls")
  void a_null_is_refused_by_its_name(Refusal refusal) {
    assertThatThrownBy(refusal.call())
        .isInstanceOf(NullPointerException.class)
        .hasMessage(refusal.message());
  }

  @ParameterizedTest
  @EnumSource
  void a_policy_for_crashes_covers_the_deaths_of_workers_and_no_other_end(Cause cause) {
    assertThat(CRASH.covers(cause, List.of())).isEqualTo(cause.kind() == Cause.Kind.CRASH);
  }

  @Test
  void a_policy_for_exceptions_covers_the_types_that_it_names_and_their_subtypes() {
    List<String> thrown =
        List.of("java.io.FileNotFoundException", "java.io.IOException", "java.lang.Exception");
    assertThat(RetryPolicy.onException().covers(Cause.EXCEPTION, thrown)).isTrue();
    assertThat(RetryPolicy.onException(IOException.class).covers(Cause.EXCEPTION, thrown)).isTrue();
    assertThat(RetryPolicy.onException(Error.class).covers(Cause.EXCEPTION, thrown)).isFalse();
    assertThat(RetryPolicy.onException().covers(Cause.UNDECODABLE, thrown)).isFalse();
    assertThat(RetryPolicy.onException().covers(Cause.TIMEOUT, List.of())).isFalse();
  }

  @Test
  void a_policy_covers_the_causes_that_it_names() {
    RetryPolicy policy = RetryPolicy.on(Cause.TIMEOUT, Cause.HEAP_OOM);
    assertThat(policy.covers(Cause.TIMEOUT, List.of())).isTrue();
    assertThat(policy.covers(Cause.HEAP_OOM, List.of())).isTrue();
    assertThat(policy.covers(Cause.SIGKILL, List.of())).isFalse();
  }

  @Test
  void a_policy_is_never_changed() {
    RetryPolicy changed = CRASH.attempts(1000).backoff(Duration.ofSeconds(1), Duration.ofDays(1));
    assertThat(changed.attempts()).isEqualTo(1000);
    assertThat(changed.backoff()).isEqualTo(new Backoff(Duration.ofSeconds(1), Duration.ofDays(1)));
    assertThat(CRASH.attempts()).isEqualTo(3);
    assertThat(CRASH.backoff()).isEqualTo(Backoff.NONE);
  }

  @Test
  void waits_double_up_to_the_limit() {
    Backoff backoff = new Backoff(Duration.ofNanos(100), Duration.ofNanos(450));
    long[] most = {100, 200, 400, 450, 450};
    for (int failures = 1; failures <= most.length; failures++) {
      long wait = most[failures - 1];
      assertThat(backoff.delayNanos(failures, 0)).isEqualTo(wait / 2);
      assertThat(backoff.delayNanos(failures, 0.5)).isEqualTo(wait / 2 + (wait - wait / 2) / 2);
      assertThat(backoff.delayNanos(failures, Math.nextDown(1.0))).isBetween(wait - 1, wait);
    }
  }

  @Test
  void no_number_of_failures_makes_a_wait_overflow() {
    Backoff backoff = new Backoff(Duration.ofHours(20), Duration.ofDays(1));
    assertThat(backoff.delayNanos(Integer.MAX_VALUE, Math.nextDown(1.0)))
        .isBetween(Duration.ofHours(12).toNanos(), Duration.ofDays(1).toNanos());
    assertThat(Backoff.NONE.delayNanos(1000, 0.9)).isZero();
  }
}
