package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.PoolAbortedException;
import dev.outlive.failure.TaskFailedException;
import dev.outlive.failure.TaskTimeoutException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.task.MapFailedException;
import dev.outlive.task.Outcome;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.NoLeaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table "policy by call", each cell of it for each kind of failure. Budget: 40 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class PolicyByCallTest {
  private static final Duration LIMIT = Duration.ofMillis(400);
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final List<Integer> INPUTS = List.of(0, 1, 2);
  private static final int CULPRIT = 2;

  enum Failure {
    CRASH(WorkerDiedException.class),
    EXCEPTION(ArithmeticException.class),
    TIMEOUT(TaskTimeoutException.class);

    final Class<? extends Throwable> type;

    Failure(Class<? extends Throwable> type) {
      this.type = type;
    }

    /** In the worker: the culprit fails so, the others return their square. */
    int apply(int n) throws InterruptedException {
      if (n == CULPRIT) {
        switch (this) {
          case CRASH -> Runtime.getRuntime().halt(1);
          case EXCEPTION -> throw new ArithmeticException("the culprit");
          case TIMEOUT -> Thread.sleep(LONG);
        }
      }
      return n * n;
    }

    ProcessPoolBuilder with(ProcessPoolBuilder builder, FailurePolicy policy) {
      return switch (this) {
        case CRASH -> builder.onCrash(policy);
        case EXCEPTION -> builder.onException(policy);
        case TIMEOUT -> builder.onTimeout(policy).timeout(LIMIT);
      };
    }
  }

  enum Single {
    SUBMIT {
      @Override
      Throwable failure(ProcessPool pool, Failure failure) throws Exception {
        return Await.failure(pool.submit(() -> failure.apply(CULPRIT)));
      }
    },
    CALL {
      @Override
      Throwable failure(ProcessPool pool, Failure failure) {
        Throwable error = catchThrowable(() -> pool.call(() -> failure.apply(CULPRIT)));
        return failure == Failure.EXCEPTION && error instanceof TaskFailedException
            ? error.getCause()
            : error;
      }
    };

    abstract Throwable failure(ProcessPool pool, Failure failure) throws Exception;
  }

  enum Run {
    MAP {
      @Override
      List<Integer> on(ProcessPool pool, Failure failure) throws Exception {
        return pool.map(failure::apply, INPUTS);
      }
    },
    MAP_ASYNC {
      @Override
      List<Integer> on(ProcessPool pool, Failure failure) throws Exception {
        return Await.result(pool.mapAsync(failure::apply, INPUTS));
      }
    },
    FOR_EACH {
      @Override
      List<Integer> on(ProcessPool pool, Failure failure) throws Exception {
        pool.forEach(failure::apply, INPUTS);
        return List.of();
      }
    };

    abstract List<Integer> on(ProcessPool pool, Failure failure) throws Exception;

    Throwable failure(ProcessPool pool, Failure failure) {
      Throwable error = catchThrowable(() -> on(pool, failure));
      return error instanceof ExecutionException ? error.getCause() : error;
    }
  }

  static <C extends Enum<C>> Stream<Arguments> byFailure(C[] calls) {
    return Stream.of(calls)
        .flatMap(call -> Stream.of(Failure.values()).map(failure -> Arguments.of(call, failure)));
  }

  static Stream<Arguments> singles() {
    return byFailure(Single.values());
  }

  static Stream<Arguments> runs() {
    return byFailure(Run.values());
  }

  /** With two warm workers, so that no innocent needs the time that the culprit has. */
  private static ProcessPool open(Failure failure, FailurePolicy policy) throws Exception {
    ProcessPool pool =
        failure.with(ProcessPool.builder().name("policy").workers(2), policy).build();
    Await.result(pool.submit(() -> failure.apply(0), TaskOptions.named("warm").withTimeout(LONG)));
    return pool;
  }

  private static void goesOn(ProcessPool pool) throws Exception {
    TaskOptions patient = TaskOptions.named("after").withTimeout(LONG);
    assertThat(Await.result(pool.submit(() -> 7, patient))).isEqualTo(7);
  }

  private static void isAborted(ProcessPool pool, TaskFuture<?> bystander) throws Exception {
    Throwable other = Await.failure(bystander);
    assertThat(other)
        .isInstanceOf(PoolAbortedException.class)
        .hasMessageContaining("PolicyByCallTest")
        .hasMessageContaining("ABORT");
    assertThat(other.getStackTrace())
        .as("the caller's stack at submit")
        .anyMatch(frame -> frame.getClassName().startsWith(PolicyByCallTest.class.getName()));
    assertThatThrownBy(() -> pool.submit(() -> 7))
        .isInstanceOf(RejectedExecutionException.class)
        .hasCauseInstanceOf(PoolAbortedException.class)
        .hasMessageContaining(other.getMessage());
    Await.until("the aborted pool ends", pool::isTerminated);
  }

  private static TaskFuture<?> bystander(ProcessPool pool) {
    return pool.submit(() -> Thread.sleep(LONG), TaskOptions.named("bystander").withTimeout(LONG));
  }

  // ---- FAIL

  @ParameterizedTest
  @MethodSource("singles")
  void underFailOnlyThatFutureFails(Single call, Failure failure) throws Exception {
    try (ProcessPool pool = open(failure, FailurePolicy.FAIL)) {
      assertThat(call.failure(pool, failure)).isInstanceOf(failure.type);
      goesOn(pool);
    }
  }

  @ParameterizedTest
  @MethodSource("runs")
  void underFailOnlyThatRunFails(Run call, Failure failure) throws Exception {
    try (ProcessPool pool = open(failure, FailurePolicy.FAIL)) {
      Throwable error = call.failure(pool, failure);

      assertThat(error).isInstanceOf(MapFailedException.class).hasCauseInstanceOf(failure.type);
      MapFailedException failed = (MapFailedException) error;
      assertThat(failed.index()).isEqualTo(CULPRIT);
      assertThat(failed.outcomes()).hasSize(INPUTS.size());
      assertThat(failed.outcomes().get(CULPRIT).isSuccess()).isFalse();
      goesOn(pool);
    }
  }

  @ParameterizedTest
  @EnumSource
  void underFailOneOutcomeIsAFailure(Failure failure) throws Exception {
    try (ProcessPool pool = open(failure, FailurePolicy.FAIL)) {
      assertThatOneOutcomeFailed(pool, failure);
      goesOn(pool);
    }
  }

  @ParameterizedTest
  @EnumSource
  void underFailAnExecutedTaskFailsAlone(Failure failure) throws Exception {
    try (ProcessPool pool = open(failure, FailurePolicy.FAIL)) {
      pool.execute(() -> failure.apply(CULPRIT));
      Await.until("one has failed", () -> pool.snapshot().failed() == 1);
      goesOn(pool);
    }
  }

  // ---- SKIP

  @ParameterizedTest
  @MethodSource("singles")
  void aPoolWideSkipMeansFailForSingleTasks(Single call, Failure failure) throws Exception {
    try (ProcessPool pool = open(failure, FailurePolicy.SKIP)) {
      assertThat(call.failure(pool, failure)).isInstanceOf(failure.type);
      goesOn(pool);
    }
  }

  @ParameterizedTest
  @MethodSource("runs")
  void underSkipThereIsANullInItsPlace(Run call, Failure failure) throws Exception {
    try (ProcessPool pool = open(failure, FailurePolicy.SKIP)) {
      List<Integer> values = call.on(pool, failure);

      if (call != Run.FOR_EACH) {
        assertThat(values).containsExactly(0, 1, null);
      }
      assertThat(pool.snapshot().failed()).isEqualTo(1);
      assertThat(pool.killedTasks()).hasSize(failure == Failure.EXCEPTION ? 0 : 1);
      goesOn(pool);
    }
  }

  @ParameterizedTest
  @EnumSource
  void underSkipOneOutcomeIsAFailure(Failure failure) throws Exception {
    try (ProcessPool pool = open(failure, FailurePolicy.SKIP)) {
      assertThatOneOutcomeFailed(pool, failure);
      goesOn(pool);
    }
  }

  @ParameterizedTest
  @EnumSource
  void underSkipAnExecutedTaskFailsAlone(Failure failure) throws Exception {
    try (ProcessPool pool = open(failure, FailurePolicy.SKIP)) {
      pool.execute(() -> failure.apply(CULPRIT));
      Await.until("one has failed", () -> pool.snapshot().failed() == 1);
      goesOn(pool);
    }
  }

  @Test
  void aSkipInTaskOptionsIsRefused() {
    for (ThrowingOption option : ThrowingOption.values()) {
      assertThatThrownBy(() -> option.on(TaskOptions.DEFAULTS))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("policy=SKIP");
    }
  }

  enum ThrowingOption {
    CRASH,
    EXCEPTION,
    TIMEOUT;

    TaskOptions on(TaskOptions options) {
      return switch (this) {
        case CRASH -> options.withOnCrash(FailurePolicy.SKIP);
        case EXCEPTION -> options.withOnException(FailurePolicy.SKIP);
        case TIMEOUT -> options.withOnTimeout(FailurePolicy.SKIP);
      };
    }
  }

  // ---- ABORT

  @ParameterizedTest
  @MethodSource("singles")
  void underAbortAllFailAndNameTheCulprit(Single call, Failure failure) throws Exception {
    try (ProcessPool pool = open(failure, FailurePolicy.ABORT)) {
      TaskFuture<?> bystander = bystander(pool);
      assertThat(call.failure(pool, failure)).isInstanceOf(PoolAbortedException.class);
      isAborted(pool, bystander);
    }
  }

  @ParameterizedTest
  @MethodSource("runs")
  void underAbortARunEndsAllAndNamesTheCulprit(Run call, Failure failure) throws Exception {
    try (ProcessPool pool = open(failure, FailurePolicy.ABORT)) {
      TaskFuture<?> bystander = bystander(pool);
      assertThat(call.failure(pool, failure)).isInstanceOf(PoolAbortedException.class);
      isAborted(pool, bystander);
    }
  }

  @ParameterizedTest
  @EnumSource
  void underAbortAnOutcomeEndsAllAndNamesTheCulprit(Failure failure) throws Exception {
    try (ProcessPool pool = open(failure, FailurePolicy.ABORT)) {
      TaskFuture<?> bystander = bystander(pool);
      List<Outcome<Integer>> outcomes = new ArrayList<>();
      pool.outcomes(failure::apply, INPUTS).forEach(outcomes::add);

      assertThat(outcomes).extracting(Outcome::index).containsExactlyInAnyOrder(0, 1, 2);
      assertThat(outcomes).anyMatch(PolicyByCallTest::aborted);
      isAborted(pool, bystander);
    }
  }

  private static boolean aborted(Outcome<?> outcome) {
    return outcome.index() == CULPRIT
        && outcome instanceof Outcome.Threw<?> threw
        && threw.error() instanceof PoolAbortedException;
  }

  @ParameterizedTest
  @EnumSource
  void underAbortAnExecutedTaskEndsAll(Failure failure) throws Exception {
    try (ProcessPool pool = open(failure, FailurePolicy.ABORT)) {
      TaskFuture<?> bystander = bystander(pool);
      pool.execute(() -> failure.apply(CULPRIT));
      isAborted(pool, bystander);
    }
  }

  private static void assertThatOneOutcomeFailed(ProcessPool pool, Failure failure) {
    List<Outcome<Integer>> outcomes = new ArrayList<>();
    try (Stream<Outcome<Integer>> stream = pool.outcomes(failure::apply, INPUTS)) {
      stream.forEach(outcomes::add);
    }
    outcomes.sort((one, other) -> Integer.compare(one.index(), other.index()));
    assertThat(outcomes).extracting(Outcome::index).containsExactly(0, 1, 2);
    assertThat(outcomes.get(0).orThrow()).isEqualTo(0);
    assertThat(outcomes.get(1).orThrow()).isEqualTo(1);
    assertThat(outcomes.get(2))
        .isInstanceOf(
            switch (failure) {
              case CRASH -> Outcome.Died.class;
              case EXCEPTION -> Outcome.Threw.class;
              case TIMEOUT -> Outcome.TimedOut.class;
            });
  }
}
