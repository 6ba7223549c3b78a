package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.Cause;
import dev.outlive.failure.TaskTimeoutException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.monitor.KilledTask;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.TaskContext;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which failures are tried again, how often and when. Budget: 12 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class RetryTest {
  private final Queue<PoolEvent.TaskRetried> retries = new ConcurrentLinkedQueue<>();

  private ProcessPoolBuilder builder() {
    return ProcessPool.builder()
        .name("retry")
        .workers(1)
        .listener(
            event -> {
              if (event instanceof PoolEvent.TaskRetried retried) {
                retries.add(retried);
              }
            });
  }

  private static int attempt() {
    return TaskContext.current().attempt();
  }

  private void assertRetried(Cause... causes) {
    Await.until("the listener has heard of all retries", () -> retries.size() == causes.length);
    assertThat(retries).extracting(PoolEvent.TaskRetried::cause).containsExactly(causes);
  }

  @Test
  void theTaskSeesTheNumberOfItsAttemptAndItsRecordTellsIt() throws Exception {
    try (ProcessPool pool = builder().retry(RetryPolicy.onException().attempts(4)).build()) {
      TaskFuture<Integer> future =
          pool.submit(
              () -> {
                if (attempt() < 3) {
                  throw new IOException("attempt " + attempt());
                }
                return attempt();
              });

      assertThat(Await.result(future)).isEqualTo(3);
      assertThat(future.outcome().record().attempts()).isEqualTo(3);
      assertThat(pool.snapshot().retried()).isEqualTo(2);
      assertThat(pool.snapshot().failed()).isZero();
      assertThat(pool.killedTasks()).as("nothing was killed").isEmpty();
      assertRetried(Cause.EXCEPTION, Cause.EXCEPTION);
    }
  }

  @Test
  void theLastExceptionArrivesWhenAllAttemptsAreUsed() throws Exception {
    try (ProcessPool pool = builder().retry(RetryPolicy.onException().attempts(3)).build()) {
      Throwable error =
          Await.failure(
              pool.submit(
                  () -> {
                    throw new IOException("attempt " + attempt());
                  }));
      assertThat(error).isInstanceOf(IOException.class).hasMessage("attempt 3");
    }
  }

  @Test
  void onlyTheNamedExceptionsAreTriedAgainTheirSubtypesIncluded() throws Exception {
    try (ProcessPool pool =
        builder().retry(RetryPolicy.onException(RuntimeException.class).attempts(2)).build()) {
      assertThat(
              Await.failure(
                  pool.submit(
                      () -> {
                        throw new IOException("attempt " + attempt());
                      })))
          .hasMessage("attempt 1");
      assertThat(
              Await.failure(
                  pool.submit(
                      () -> {
                        throw new UncheckedIOException("attempt " + attempt(), new IOException());
                      })))
          .hasMessage("attempt 2");
      assertRetried(Cause.EXCEPTION);
    }
  }

  @Test
  void onlyTheNamedCausesAreTriedAgain() throws Exception {
    try (ProcessPool pool = builder().retry(RetryPolicy.on(Cause.EXIT).attempts(2)).build()) {
      WorkerDiedException exited =
          (WorkerDiedException) Await.failure(pool.submit(() -> System.exit(5)));
      WorkerDiedException killed =
          (WorkerDiedException) Await.failure(pool.submit(() -> Deaths.signal("KILL")));

      assertThat(exited.attempts()).hasSize(2);
      assertThat(killed.attempts()).hasSize(1);
    }
  }

  @Test
  void eachPolicyCountsItsOwnCauses() throws Exception {
    try (ProcessPool pool =
        builder()
            .retry(
                RetryPolicy.onCrash().attempts(2),
                RetryPolicy.onException(IllegalStateException.class).attempts(3),
                RetryPolicy.on(Cause.TIMEOUT).attempts(2))
            .build()) {
      TaskFuture<Integer> future =
          pool.submit(
              () -> {
                switch (attempt()) {
                  case 1 -> Runtime.getRuntime().halt(1);
                  case 2, 3 -> throw new IllegalStateException("attempt " + attempt());
                  case 4 -> Thread.sleep(Duration.ofMinutes(5));
                  default -> {}
                }
                return attempt();
              },
              TaskOptions.named("patchy").withTimeout(Duration.ofSeconds(6)));

      assertThat(Await.result(future)).isEqualTo(5);
      assertRetried(Cause.HALT, Cause.EXCEPTION, Cause.EXCEPTION, Cause.TIMEOUT);
      assertThat(pool.killedTasks()).extracting(KilledTask::attempt).containsExactly(1, 4);
      assertThat(pool.killedTasks())
          .extracting(killed -> killed.diagnosis().cause())
          .containsExactly(Cause.HALT, Cause.TIMEOUT);
    }
  }

  @Test
  void anExhaustedPolicyEndsTheTaskThoughAnotherWouldStillTry() throws Exception {
    try (ProcessPool pool =
        builder()
            .retry(RetryPolicy.onException().attempts(9), RetryPolicy.onCrash().attempts(2))
            .build()) {
      WorkerDiedException died =
          (WorkerDiedException)
              Await.failure(
                  pool.submit(
                      () -> {
                        if (attempt() == 2) {
                          throw new IOException("between two crashes");
                        }
                        Runtime.getRuntime().halt(attempt());
                      }));

      assertThat(died.attempts()).hasSize(2);
      assertThat(died.diagnosis().exitValue()).hasValue(3);
      assertThat(died).hasMessageContaining("attempt 3 of 3");
    }
  }

  @Test
  void theFirstPolicyThatNamesTheCauseDecides() throws Exception {
    try (ProcessPool pool =
        builder()
            .retry(RetryPolicy.on(Cause.EXIT).attempts(1), RetryPolicy.onCrash().attempts(5))
            .build()) {
      WorkerDiedException died =
          (WorkerDiedException) Await.failure(pool.submit(() -> System.exit(1)));
      assertThat(died.attempts()).hasSize(1);
    }
  }

  @Test
  void aBackOffIsWaitedForAndOtherWorkGoesOnMeanwhile() throws Exception {
    Duration first = Duration.ofMillis(400);
    try (ProcessPool pool =
        builder()
            .retry(RetryPolicy.onException().attempts(3).backoff(first, Duration.ofSeconds(10)))
            .build()) {
      pool.call(() -> 1);
      TaskFuture<List<Long>> future = pool.submit(RetryTest::timesOfAttempts);
      TaskFuture<Integer> other = pool.submit(() -> 2);
      assertThat(Await.result(other)).isEqualTo(2);
      List<Long> nanos = Await.result(future);
      assertThat(other.record().finished()).isBefore(future.record().finished());
      assertThat(nanos.get(1) - nanos.get(0)).isGreaterThanOrEqualTo(first.toNanos() / 2);
      assertThat(nanos.get(2) - nanos.get(1)).isGreaterThanOrEqualTo(first.toNanos());
      assertThat(pool.snapshot().queued()).isZero();
    }
  }

  private static List<Long> times = List.of();

  /** Returns when its attempts have begun: the worker's memory survives an exception. */
  static List<Long> timesOfAttempts() throws IOException {
    List<Long> all = new java.util.ArrayList<>(times);
    all.add(System.nanoTime());
    times = List.copyOf(all);
    if (attempt() < 3) {
      throw new IOException("not yet");
    }
    return all;
  }

  @Test
  void killedTasksTellsEachLostAttemptAndWhetherItWasTriedAgain() throws Exception {
    try (ProcessPool pool = builder().retry(RetryPolicy.onCrash().attempts(2)).build()) {
      Await.failure(pool.mapAsync(RetryTest::haltOnSeven, List.of(6, 7, 8)));

      List<KilledTask> killed = pool.killedTasks();
      assertThat(killed).hasSize(2);
      assertThat(killed).extracting(KilledTask::function).containsOnly("RetryTest::haltOnSeven");
      assertThat(killed).extracting(KilledTask::argument).containsOnly("7");
      assertThat(killed).extracting(KilledTask::index).containsOnly(1);
      assertThat(killed).extracting(KilledTask::attempt).containsExactly(1, 2);
      assertThat(killed).extracting(KilledTask::retried).containsExactly(true, false);
      assertThat(killed).allSatisfy(one -> assertThat(one.diagnosis().exitValue()).hasValue(17));
    }
  }

  static int haltOnSeven(int n) {
    if (n == 7) {
      Runtime.getRuntime().halt(17);
    }
    return n;
  }

  @Test
  void optionsOfATaskReplaceThePoolsRetry() throws Exception {
    try (ProcessPool pool = builder().retry(RetryPolicy.onCrash().attempts(5)).build()) {
      WorkerDiedException once =
          (WorkerDiedException)
              Await.failure(pool.submit(() -> System.exit(1), TaskOptions.DEFAULTS.withRetry()));
      assertThat(once.attempts()).hasSize(1);
      TaskTimeoutException late =
          (TaskTimeoutException)
              Await.failure(
                  pool.submit(
                      () -> Thread.sleep(Duration.ofMinutes(5)),
                      TaskOptions.named("late")
                          .withRetry(RetryPolicy.on(Cause.TIMEOUT).attempts(2))
                          .withTimeout(Duration.ofMillis(300))));
      assertThat(late).hasMessageContaining("on attempt 2");
    }
  }
}
