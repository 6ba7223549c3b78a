package dev.outlive.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class OptionsTest {
  private static final TaskOptions TASK = TaskOptions.DEFAULTS;
  private static final MapOptions MAP = MapOptions.DEFAULTS;

  record Refusal(ThrowingCallable call, String message) {
    @Override
    public String toString() {
      return message;
    }
  }

  static Stream<Refusal> outOfRange() {
    String timeout = "timeout must be over 0 and at most 365 days, timeout=";
    String name = "a name must be 1..200 characters, none of them a control, name=";
    String skip =
        "a single task cannot be skipped: its null would hide the failure; use FAIL and"
            + " TaskFuture.outcome(), or map, policy=SKIP";
    Duration tooLong = Duration.ofDays(365).plusNanos(1);
    return Stream.of(
        new Refusal(() -> TASK.withTimeout(Duration.ZERO), timeout + "PT0S"),
        new Refusal(() -> TASK.withTimeout(Duration.ofSeconds(-1)), timeout + "PT-1S"),
        new Refusal(() -> TASK.withTimeout(tooLong), timeout + tooLong),
        new Refusal(() -> MAP.withTimeout(Duration.ZERO), timeout + "PT0S"),
        new Refusal(() -> MAP.withTimeout(tooLong), timeout + tooLong),
        new Refusal(() -> TaskOptions.named(""), name),
        new Refusal(() -> TaskOptions.named(" "), name + " "),
        new Refusal(() -> TaskOptions.named("a\nb"), name + "a\nb"),
        new Refusal(() -> TaskOptions.named("x".repeat(201)), name + "x".repeat(201)),
        new Refusal(() -> MapOptions.named("\t"), name + "\t"),
        new Refusal(() -> MAP.withChunk(0), "chunk must be 1..65536, chunk=0"),
        new Refusal(() -> MAP.withChunk(-7), "chunk must be 1..65536, chunk=-7"),
        new Refusal(() -> MAP.withChunk(65_537), "chunk must be 1..65536, chunk=65537"),
        new Refusal(() -> TASK.withOnCrash(FailurePolicy.SKIP), skip),
        new Refusal(() -> TASK.withOnException(FailurePolicy.SKIP), skip),
        new Refusal(() -> TASK.withOnTimeout(FailurePolicy.SKIP), skip),
        new Refusal(() -> new Bytes(-1), "bytes must be 0 or more, bytes=-1"),
        new Refusal(
            () -> Bytes.ofKibibytes(-1), "kibibytes must be 0..9007199254740991, kibibytes=-1"),
        new Refusal(
            () -> Bytes.ofMebibytes(Long.MAX_VALUE),
            "mebibytes must be 0..8796093022207, mebibytes=9223372036854775807"),
        new Refusal(
            () -> Bytes.ofGibibytes(8_589_934_592L),
            "gibibytes must be 0..8589934591, gibibytes=8589934592"));
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
        new Refusal(() -> TaskOptions.named(none()), "name"),
        new Refusal(() -> TASK.withTimeout(none()), "timeout"),
        new Refusal(() -> TASK.withRetry((RetryPolicy[]) none()), "retry"),
        new Refusal(() -> TASK.withRetry(RetryPolicy.onCrash(), none()), "retry"),
        new Refusal(() -> TASK.withOnCrash(none()), "onCrash"),
        new Refusal(() -> TASK.withOnException(none()), "onException"),
        new Refusal(() -> TASK.withOnTimeout(none()), "onTimeout"),
        new Refusal(() -> MAP.withName(none()), "name"),
        new Refusal(() -> MAP.withTimeout(none()), "timeout"),
        new Refusal(() -> MAP.withRetry(RetryPolicy.onCrash(), none()), "retry"),
        new Refusal(() -> MAP.withOnCrash(none()), "onCrash"),
        new Refusal(() -> MAP.withOnException(none()), "onException"),
        new Refusal(() -> MAP.withOnTimeout(none()), "onTimeout"));
  }

  @ParameterizedTest
  @MethodSource("nulls")
  void a_null_is_refused_by_the_name_of_its_setting(Refusal refusal) {
    assertThatThrownBy(refusal.call())
        .isInstanceOf(NullPointerException.class)
        .hasMessage(refusal.message());
  }

  @Test
  void options_of_a_task_are_copies_that_keep_what_was_set_before() {
    RetryPolicy retry = RetryPolicy.onCrash();
    TaskOptions named = TaskOptions.named("parse");
    TaskOptions all =
        named
            .withTimeout(Duration.ofSeconds(5))
            .withRetry(retry)
            .withOnCrash(FailurePolicy.ABORT)
            .withOnException(FailurePolicy.FAIL)
            .withOnTimeout(FailurePolicy.ABORT);
    assertThat(all.name()).contains("parse");
    assertThat(all.timeout()).contains(Duration.ofSeconds(5));
    assertThat(all.retry()).contains(List.of(retry));
    assertThat(all.onCrash()).contains(FailurePolicy.ABORT);
    assertThat(all.onException()).contains(FailurePolicy.FAIL);
    assertThat(all.onTimeout()).contains(FailurePolicy.ABORT);
    assertThat(named.timeout()).isEmpty();
    assertThat(named.retry()).isEmpty();
    assertThat(TASK.name()).isEmpty();
  }

  @Test
  void options_of_a_run_are_copies_that_keep_what_was_set_before() {
    MapOptions chunked = MapOptions.named("parse").withChunk(65_536);
    MapOptions all =
        chunked
            .withTimeout(Duration.ofNanos(1))
            .withRetry()
            .withOnCrash(FailurePolicy.SKIP)
            .withOnException(FailurePolicy.FAIL)
            .withOnTimeout(FailurePolicy.ABORT)
            .withName("other");
    assertThat(all.name()).contains("other");
    assertThat(all.chunk()).isEqualTo(65_536);
    assertThat(all.timeout()).contains(Duration.ofNanos(1));
    assertThat(all.retry()).contains(List.of());
    assertThat(all.onCrash()).contains(FailurePolicy.SKIP);
    assertThat(all.onException()).contains(FailurePolicy.FAIL);
    assertThat(all.onTimeout()).contains(FailurePolicy.ABORT);
    assertThat(chunked.name()).contains("parse");
    assertThat(chunked.onCrash()).isEmpty();
    assertThat(MAP.chunk()).as("nothing was said").isZero();
  }

  @Test
  void policies_that_are_handed_in_as_an_array_are_copied() {
    RetryPolicy[] policies = {RetryPolicy.onCrash()};
    TaskOptions options = TASK.withRetry(policies);
    RetryPolicy first = policies[0];
    policies[0] = RetryPolicy.onException();
    assertThat(options.retry()).contains(List.of(first));
  }

  @Test
  void an_amount_is_told_with_the_largest_unit_that_fits() {
    assertThat(new Bytes(0)).hasToString("0 B");
    assertThat(new Bytes(1023)).hasToString("1023 B");
    assertThat(Bytes.ofKibibytes(1)).hasToString("1.0 KiB");
    assertThat(new Bytes(1_610_612_736)).hasToString("1.5 GiB");
    assertThat(new Bytes(Long.MAX_VALUE)).hasToString("8.0 EiB");
    assertThat(Bytes.ofMebibytes(3).count()).isEqualTo(3 << 20);
    assertThat(Bytes.ofGibibytes(2)).isGreaterThan(Bytes.ofMebibytes(2047));
  }
}
