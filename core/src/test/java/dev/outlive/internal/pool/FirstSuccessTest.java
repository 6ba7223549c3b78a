package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.task.Outcome;
import dev.outlive.task.TaskFuture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class FirstSuccessTest {

  private final AtomicInteger abandoned = new AtomicInteger();
  private final List<PooledFuture<String>> futures = new ArrayList<>();

  private PooledFuture<String> future() {
    PooledFuture<String> future =
        new PooledFuture<>(
            abandoned::incrementAndGet,
            () -> false,
            () -> new Outcome.Cancelled<>(Records.ANY),
            new CapturedOutput(false));
    futures.add(future);
    return future;
  }

  private String first(long nanos) throws Exception {
    return FirstSuccess.of(List.<TaskFuture<String>>copyOf(futures), nanos);
  }

  private static Outcome<String> success(String value) {
    return new Outcome.Success<>(value, Records.ANY);
  }

  private static Outcome<String> failure(String message) {
    return new Outcome.Threw<>(new IOException(message), Records.ANY);
  }

  @Test
  void the_first_success_wins_and_the_others_are_ended() throws Exception {
    PooledFuture<String> failed = future();
    PooledFuture<String> running = future();
    PooledFuture<String> done = future();
    failed.settle(failure("x"));
    done.settle(success("done"));
    assertThat(first(Long.MAX_VALUE)).isEqualTo("done");
    assertThat(running.isCancelled()).isTrue();
    assertThat(abandoned).hasValue(1);
  }

  @Test
  void a_success_that_comes_later_is_waited_for() throws Exception {
    PooledFuture<String> late = future();
    future().settle(failure("x"));
    Thread.ofPlatform().start(() -> late.settle(success("late")));
    assertThat(first(Long.MAX_VALUE)).isEqualTo("late");
    assertThat(abandoned).hasValue(0);
  }

  @Test
  void where_none_succeeds_the_last_failure_is_thrown() {
    future().settle(failure("first"));
    future().settle(failure("second"));
    assertThatThrownBy(() -> first(Long.MAX_VALUE))
        .isInstanceOf(ExecutionException.class)
        .hasCause(new IOException("second"));
  }

  @Test
  void a_task_that_somebody_cancelled_is_no_success() {
    future().cancel(true);
    assertThatThrownBy(() -> first(Long.MAX_VALUE))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(CancellationException.class);
  }

  @Test
  void when_the_time_is_over_all_are_ended() {
    PooledFuture<String> running = future();
    PooledFuture<String> other = future();
    assertThatThrownBy(() -> first(1_000_000))
        .isInstanceOf(TimeoutException.class)
        .hasMessage("no task has succeeded in time");
    assertThat(running.isCancelled()).isTrue();
    assertThat(other.isCancelled()).isTrue();
    assertThat(abandoned).hasValue(2);
  }

  @Test
  void an_interrupted_caller_ends_all() {
    PooledFuture<String> running = future();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> first(Long.MAX_VALUE)).isInstanceOf(InterruptedException.class);
    assertThat(running.isCancelled()).isTrue();
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void no_tasks_at_all_are_refused() {
    assertThatThrownBy(() -> first(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("at least one task is needed, tasks=[]");
  }
}
