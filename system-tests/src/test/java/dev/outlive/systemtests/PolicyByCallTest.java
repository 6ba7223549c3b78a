package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
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
import dev.outlive.task.MapOptions;
import dev.outlive.task.Outcome;
import dev.outlive.task.TaskFunction;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.NoLeaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table "policy by call", each cell of it for each kind of failure. Budget: 40 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class PolicyByCallTest {
  private static final Duration LIMIT = Duration.ofMillis(1_500);

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

    TaskOptions with(TaskOptions options, FailurePolicy policy) {
      return switch (this) {
        case CRASH -> options.withOnCrash(policy);
        case EXCEPTION -> options.withOnException(policy);
        case TIMEOUT -> options.withOnTimeout(policy);
      };
    }
  }

  enum Call {
    SUBMIT,
    CALL,
    EXECUTE,
    MAP,
    MAP_ASYNC,
    FOR_EACH,
    STREAM,
    GATHERER,
    OUTCOMES;

    /** Returns what comes back; throws what the caller gets. */
    @Nullable Object on(ProcessPool pool, Failure failure) throws Throwable {
      return switch (this) {
        case SUBMIT -> get(pool.submit(() -> failure.apply(CULPRIT)));
        case CALL -> pool.call(() -> failure.apply(CULPRIT));
        case EXECUTE -> {
          pool.execute(() -> failure.apply(CULPRIT));
          yield null;
        }
        case MAP -> pool.map(failure::apply, INPUTS);
        case MAP_ASYNC -> get(pool.mapAsync(failure::apply, INPUTS));
        case FOR_EACH -> {
          pool.forEach(failure::apply, INPUTS);
          yield null;
        }
        case STREAM -> pool.stream(failure::apply, INPUTS).toList();
        case GATHERER -> INPUTS.stream().gather(pool.gatherer(failure::apply)).toList();
        case OUTCOMES -> pool.outcomes(failure::apply, INPUTS).toList();
      };
    }

    private static Object get(TaskFuture<?> future) throws Throwable {
      try {
        return Await.result(future);
      } catch (ExecutionException e) {
        throw e.getCause();
      }
    }
  }

  private static ProcessPool open(Failure failure, FailurePolicy policy, int workers) {
    return failure
        .with(
            ProcessPool.builder().name("policy").jvmArgs(Await.QUICK_START).workers(workers),
            policy)
        .build();
  }

  /** Proves that the pool goes on, and leaves it with a warm worker. */
  private static void goesOn(ProcessPool pool) throws Exception {
    TaskOptions patient = TaskOptions.named("patient").withTimeout(LONG);
    Failure failure = Failure.EXCEPTION;
    assertThat(Await.result(pool.submit(() -> failure.apply(3), patient))).isEqualTo(9);
    TaskFunction<Integer, Integer> square = failure::apply;
    assertThat(pool.map(square, List.of(4), MapOptions.named("patient").withTimeout(LONG)))
        .containsExactly(16);
  }

  // ---- FAIL and SKIP

  static Stream<Arguments> policiesThatGoOn() {
    return Stream.of(FailurePolicy.FAIL, FailurePolicy.SKIP)
        .flatMap(
            policy -> Stream.of(Failure.values()).map(failure -> Arguments.of(policy, failure)));
  }

  @ParameterizedTest
  @MethodSource("policiesThatGoOn")
  void underFailAndSkipOnlyTheCulpritIsLostAndThePoolGoesOn(FailurePolicy policy, Failure failure)
      throws Exception {
    try (ProcessPool pool = open(failure, policy, 1)) {
      int calls = 0;
      for (Call call : Call.values()) {
        goesOn(pool);
        int failed = ++calls;
        switch (call) {
          case SUBMIT, CALL -> failsAlone(call, pool, failure);
          case EXECUTE -> assertThatCode(() -> call.on(pool, failure)).doesNotThrowAnyException();
          case MAP, MAP_ASYNC, FOR_EACH, STREAM, GATHERER -> {
            if (policy == FailurePolicy.SKIP) {
              isSkipped(call, pool, failure);
            } else {
              failsItsRun(call, pool, failure);
            }
          }
          case OUTCOMES -> isOneFailedOutcome(call, pool, failure);
        }
        Await.until(call + ": one has failed", () -> pool.snapshot().failed() == failed);
        int killed = failure == Failure.EXCEPTION ? 0 : calls;
        Await.until(call + ": its loss is listed", () -> pool.killedTasks().size() == killed);
      }
      goesOn(pool);
    }
  }

  /** SKIP means FAIL here: a lone future must not hide a failure. */
  private static void failsAlone(Call call, ProcessPool pool, Failure failure) {
    Throwable error = catchThrowable(() -> call.on(pool, failure));
    boolean wrapped = call == Call.CALL && failure == Failure.EXCEPTION;
    assertThat(error)
        .as("%s", call)
        .isInstanceOf(wrapped ? TaskFailedException.class : failure.type);
    assertThat(wrapped ? error.getCause() : error).isInstanceOf(failure.type);
  }

  private static void failsItsRun(Call call, ProcessPool pool, Failure failure) {
    Throwable error = catchThrowable(() -> call.on(pool, failure));
    assertThat(error)
        .as("%s", call)
        .isInstanceOf(MapFailedException.class)
        .hasCauseInstanceOf(failure.type)
        .hasMessageContaining("PolicyByCallTest");
    MapFailedException failed = (MapFailedException) error;
    assertThat(failed.index()).isEqualTo(CULPRIT);
    boolean stream = call == Call.STREAM || call == Call.GATHERER;
    assertThat(failed.outcomes()).hasSize(stream ? 1 : INPUTS.size()); // the others have left it
    assertThat(failed.outcomes().getLast().index()).isEqualTo(CULPRIT);
    assertThat(failed.outcomes().getLast().isSuccess()).isFalse();
  }

  private static void isSkipped(Call call, ProcessPool pool, Failure failure) {
    AtomicReference<Object> values = new AtomicReference<>();
    assertThatCode(() -> values.set(call.on(pool, failure))).doesNotThrowAnyException();
    if (call != Call.FOR_EACH) {
      assertThat(values.get()).as("%s", call).isEqualTo(Arrays.asList(0, 1, null));
    }
  }

  @SuppressWarnings("unchecked") // what OUTCOMES returns
  private static void isOneFailedOutcome(Call call, ProcessPool pool, Failure failure) {
    AtomicReference<Object> values = new AtomicReference<>();
    assertThatCode(() -> values.set(call.on(pool, failure))).doesNotThrowAnyException();
    List<Outcome<Integer>> outcomes = new ArrayList<>((List<Outcome<Integer>>) values.get());
    outcomes.sort(Comparator.comparingInt(Outcome::index));
    assertThat(outcomes).extracting(Outcome::index).containsExactly(0, 1, 2);
    assertThat(outcomes.get(0).orThrow()).isEqualTo(0);
    assertThat(outcomes.get(1).orThrow()).isEqualTo(1);
    assertThat(outcomes.get(CULPRIT))
        .isInstanceOf(
            switch (failure) {
              case CRASH -> Outcome.Died.class;
              case EXCEPTION -> Outcome.Threw.class;
              case TIMEOUT -> Outcome.TimedOut.class;
            });
  }

  @ParameterizedTest
  @EnumSource
  void aSkipInTaskOptionsIsRefused(Failure failure) {
    assertThatThrownBy(() -> failure.with(TaskOptions.DEFAULTS, FailurePolicy.SKIP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("policy=SKIP");
    assertThat(failure.with(TaskOptions.DEFAULTS, FailurePolicy.ABORT)).isNotNull();
  }

  // ---- ABORT

  static Stream<Arguments> callsAndFailures() {
    return Stream.of(Call.values())
        .flatMap(call -> Stream.of(Failure.values()).map(failure -> Arguments.of(call, failure)));
  }

  @ParameterizedTest
  @MethodSource("callsAndFailures")
  void underAbortThePoolStopsAndEveryFutureNamesTheCulprit(Call call, Failure failure)
      throws Exception {
    try (ProcessPool pool = open(failure, FailurePolicy.ABORT, 2)) {
      TaskFuture<?> bystander =
          pool.submit(() -> Thread.sleep(LONG), TaskOptions.named("bystander").withTimeout(LONG));
      goesOn(pool);
      if (call == Call.EXECUTE) {
        assertThatCode(() -> call.on(pool, failure)).doesNotThrowAnyException();
      } else if (call == Call.OUTCOMES) {
        AtomicReference<Object> values = new AtomicReference<>();
        assertThatCode(() -> values.set(call.on(pool, failure))).doesNotThrowAnyException();
        assertThat((List<?>) values.get())
            .hasSize(INPUTS.size())
            .anyMatch(PolicyByCallTest::isAbortOfTheCulprit);
      } else {
        assertThatThrownBy(() -> call.on(pool, failure)).isInstanceOf(PoolAbortedException.class);
      }
      isAborted(pool, bystander);
    }
  }

  private static boolean isAbortOfTheCulprit(Object outcome) {
    return outcome instanceof Outcome.Threw<?> threw
        && threw.index() == CULPRIT
        && threw.error() instanceof PoolAbortedException;
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
}
