package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.TaskFailedException;
import dev.outlive.failure.TaskTimeoutException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.task.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future.State;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PooledFutureTest {
  private static final Diagnosis DIAGNOSIS =
      Diagnosis.of(Cause.SIGKILL, Certainty.LIKELY, 1).summary("worker 1 died").build();

  private final AtomicInteger abandoned = new AtomicInteger();
  private final AtomicBoolean withdrawn = new AtomicBoolean(true);

  private PooledFuture<Object> future() {
    return new PooledFuture<>(
        abandoned::incrementAndGet,
        withdrawn::get,
        () -> new Outcome.Cancelled<>(Records.ANY),
        new CapturedOutput(false));
  }

  static Stream<Consumer<CompletableFuture<Object>>> endings() {
    return Stream.of(
        future -> future.complete("from outside"),
        future -> future.completeExceptionally(new IOException("from outside")),
        future -> future.cancel(true),
        future -> future.cancel(false),
        future -> future.completeAsync(() -> "from outside", Runnable::run),
        future -> future.orTimeout(1, TimeUnit.NANOSECONDS),
        future -> future.completeOnTimeout("late", 1, TimeUnit.NANOSECONDS));
  }

  @ParameterizedTest
  @MethodSource("endings")
  void whoever_completes_it_from_outside_abandons_the_work_once(
      Consumer<CompletableFuture<Object>> ending) throws Exception {
    PooledFuture<Object> future = future();
    CompletableFuture<Void> told = new CompletableFuture<>();
    PooledFuture<Object> watched =
        new PooledFuture<>(
            () -> {
              abandoned.incrementAndGet();
              told.complete(null);
            },
            () -> true,
            () -> new Outcome.Cancelled<>(Records.ANY),
            new CapturedOutput(false));
    ending.accept(watched);
    told.get(60, TimeUnit.SECONDS);
    ending.accept(watched);
    watched.settle(new Outcome.Success<>("too late", Records.ANY));
    watched.cancel(true);
    assertThat(abandoned).hasValue(1);
    assertThat(watched.outcome()).isInstanceOf(Outcome.Cancelled.class);
    assertThat(future.isDone()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("endings")
  void no_callback_can_hold_the_abandonment_up(Consumer<CompletableFuture<Object>> ending)
      throws Exception {
    PooledFuture<Object> future = future();
    CompletableFuture<Integer> seen = new CompletableFuture<>();
    CountDownLatch go = new CountDownLatch(1);
    var _ =
        future.whenComplete(
            (value, error) -> {
              seen.complete(abandoned.get());
              awaitQuietly(go);
            });
    Thread ender = Thread.ofPlatform().daemon().start(() -> ending.accept(future));
    assertThat(seen.get(60, TimeUnit.SECONDS)).isEqualTo(1);
    go.countDown();
    ender.join();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void who_waits_never_runs_the_callbacks() throws Exception {
    PooledFuture<Object> future = future();
    List<Thread> callers = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 100; i++) {
      var _ = future.thenRun(() -> callers.add(Thread.currentThread()));
    }
    List<FutureTask<Object>> waiting =
        List.of(
            new FutureTask<>(future::get),
            new FutureTask<>(() -> future.get(60, TimeUnit.SECONDS)),
            new FutureTask<>(future::join));
    waiting.forEach(Thread.ofPlatform().daemon()::start);
    future.settle(new Outcome.Success<>("value", Records.ANY));
    for (FutureTask<Object> task : waiting) {
      assertThat(task.get(60, TimeUnit.SECONDS)).isEqualTo("value");
    }
    assertThat(callers).hasSize(100).containsOnly(Thread.currentThread());
  }

  @Test
  void waiting_is_interruptible_and_bounded_but_for_join() throws Exception {
    PooledFuture<Object> future = future();
    assertThatThrownBy(() -> future.get(1, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    Thread.currentThread().interrupt();
    assertThatThrownBy(future::get).isInstanceOf(InterruptedException.class);
    FutureTask<Boolean> joined =
        new FutureTask<>(
            () -> {
              Thread.currentThread().interrupt();
              return future.join().equals("value") && Thread.interrupted();
            });
    Thread.ofPlatform().daemon().start(joined);
    future.settle(new Outcome.Success<>("value", Records.ANY));
    assertThat(joined.get(60, TimeUnit.SECONDS)).isTrue();
    Thread.currentThread().interrupt();
    assertThat(future.get()).as("it is done").isEqualTo("value");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void the_outcome_of_one_that_was_completed_from_outside_is_made_once() {
    PooledFuture<Object> future = future();
    assertThatThrownBy(future::record).isInstanceOf(IllegalStateException.class);
    future.complete("from outside");
    assertThat(future.outcome()).isSameAs(future.outcome());
    assertThat(future.record()).isSameAs(future.outcome().record());
  }

  @Test
  void a_supplier_that_throws_arrives_as_its_own_exception_and_abandons_the_work() {
    PooledFuture<Object> future = future();
    IllegalStateException own = new IllegalStateException("its own");
    var _ =
        future.completeAsync(
            () -> {
              throw own;
            },
            Runnable::run);
    assertThatThrownBy(future::get).isInstanceOf(ExecutionException.class).cause().isSameAs(own);
    assertThat(abandoned).hasValue(1);
  }

  @Test
  void a_gentle_cancel_that_comes_while_the_result_is_on_its_way_is_too_late() {
    PooledFuture<Object> future = future();
    withdrawn.set(false); // the pool has no such task any more
    assertThat(future.cancel(false)).isFalse();
    future.settle(new Outcome.Success<>("value", Records.ANY));
    assertThat(future.resultNow()).isEqualTo("value");
  }

  static Stream<Outcome<Object>> outcomes() {
    return Stream.of(
        new Outcome.Success<>("value", Records.ANY),
        new Outcome.Success<>(null, Records.ANY),
        new Outcome.Threw<>(new IOException("its own"), Records.ANY),
        new Outcome.Died<>(new WorkerDiedException("died", List.of(DIAGNOSIS), true), Records.ANY),
        new Outcome.TimedOut<>(
            new TaskTimeoutException("late", Duration.ofSeconds(1), DIAGNOSIS), Records.ANY),
        new Outcome.Cancelled<>(Records.ANY));
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void the_pool_s_own_completion_abandons_nothing(Outcome<Object> outcome) {
    PooledFuture<Object> future = future();
    assertThatThrownBy(future::outcome)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the task has not ended");
    future.settle(outcome);
    assertThat(future.isDone()).isTrue();
    assertThat(future.outcome()).isSameAs(outcome);
    assertThat(future.complete("again")).isFalse();
    assertThat(future.cancel(true)).isEqualTo(outcome instanceof Outcome.Cancelled);
    assertThat(abandoned).hasValue(0);
    State expected =
        switch (outcome) {
          case Outcome.Success<Object> _ -> State.SUCCESS;
          case Outcome.Cancelled<Object> _ -> State.CANCELLED;
          case Outcome.Threw<Object> _, Outcome.Died<Object> _, Outcome.TimedOut<Object> _ ->
              State.FAILED;
        };
    assertThat(future.state()).isEqualTo(expected);
    Throwable error = Verdicts.failure(outcome);
    if (expected == State.FAILED) {
      assertThatThrownBy(future::get)
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isSameAs(error);
    }
  }

  @Test
  void a_task_s_own_cancellation_or_completion_exception_arrives_wrapped() {
    for (RuntimeException own :
        new RuntimeException[] {
          new CancellationException("its own"),
          new CompletionException("its own", new IOException("below"))
        }) {
      PooledFuture<Object> future = future();
      Outcome<Object> outcome = new Outcome.Threw<>(own, Records.ANY);
      future.settle(outcome);
      assertThat(future.state()).isEqualTo(State.FAILED);
      assertThat(future.isCancelled()).isFalse();
      assertThat(future.exceptionNow())
          .isInstanceOf(TaskFailedException.class)
          .hasMessage("task \"work\" threw " + own)
          .hasCause(own);
      assertThat(future.outcome()).isSameAs(outcome);
    }
  }

  @Test
  void cancel_without_interruption_leaves_running_work_alone() {
    PooledFuture<Object> future = future();
    withdrawn.set(false);
    assertThat(future.cancel(false)).isFalse();
    assertThat(future.isDone()).isFalse();
    assertThat(abandoned).hasValue(0);
    assertThat(future.cancel(true)).isTrue();
    assertThat(future.cancel(false)).isTrue();
    assertThat(abandoned).hasValue(1);
  }

  @Test
  void what_a_task_did_cannot_be_rewritten() {
    PooledFuture<Object> future = future();
    assertThatThrownBy(() -> future.obtrudeValue("x"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> future.obtrudeException(new IOException()))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(future.isDone()).isFalse();
  }

  @Test
  void a_dependent_stage_never_touches_the_work() {
    PooledFuture<Object> future = future();
    CompletableFuture<Integer> length = future.thenApply(value -> value.toString().length());
    CompletableFuture<Object> copy = future.copy();
    length.cancel(true);
    copy.complete("other");
    assertThat(future.isDone()).isFalse();
    assertThat(abandoned).hasValue(0);
    assertThat(length).isNotInstanceOf(PooledFuture.class);
  }

  @Test
  void a_callback_is_called_exactly_once_whatever_the_end() {
    outcomes()
        .forEach(
            outcome -> {
              PooledFuture<Object> future = future();
              AtomicInteger called = new AtomicInteger();
              var _ = future.whenComplete((value, error) -> called.incrementAndGet());
              future.settle(outcome);
              future.settle(outcome);
              assertThat(called).hasValue(1);
            });
  }

  /** Whoever looks, and whenever: a future that is done has one state, and its outcome agrees. */
  @Test
  void settling_and_cancelling_at_once_leaves_one_state_with_which_the_outcome_agrees()
      throws Exception {
    int rounds = 10_000;
    List<Outcome<Object>> outcomes = outcomes().toList();
    List<PooledFuture<Object>> futures = Stream.generate(this::future).limit(rounds).toList();
    CyclicBarrier start = new CyclicBarrier(3);
    FutureTask<Void> outsider =
        inRounds(
            start,
            futures,
            (future, round) -> {
              if (round % 2 == 0) {
                future.cancel(true);
              } else {
                future.complete("from outside");
              }
            });
    FutureTask<Void> reader =
        inRounds(
            start,
            futures,
            (future, round) -> {
              while (!future.isDone()) {
                Thread.onSpinWait();
              }
              requireAgreement(future, outcomes.get(round % outcomes.size()));
            });
    for (int i = 0; i < rounds; i++) {
      start.await(60, TimeUnit.SECONDS);
      futures.get(i).settle(outcomes.get(i % outcomes.size()));
    }
    outsider.get(60, TimeUnit.SECONDS);
    reader.get(60, TimeUnit.SECONDS);
    for (int i = 0; i < rounds; i++) {
      requireAgreement(futures.get(i), outcomes.get(i % outcomes.size()));
    }
  }

  @Test
  void who_is_faster_while_the_pool_settles_has_decided() {
    PooledFuture<Object> future = future();
    class Meddling extends CancellationException {
      @Override
      public String toString() { // asked for while the pool makes the failure
        future.cancel(true);
        return "meddling";
      }
    }

    future.settle(new Outcome.Threw<>(new Meddling(), Records.ANY));
    assertThat(future.state()).isEqualTo(State.CANCELLED);
    assertThat(future.outcome()).isInstanceOf(Outcome.Cancelled.class);
    assertThat(abandoned).hasValue(1);
  }

  private interface Round {
    void run(PooledFuture<Object> future, int round);
  }

  private static FutureTask<Void> inRounds(
      CyclicBarrier start, List<PooledFuture<Object>> futures, Round round) {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              for (int i = 0; i < futures.size(); i++) {
                start.await(60, TimeUnit.SECONDS);
                round.run(futures.get(i), i);
              }
              return null;
            });
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  private static void requireAgreement(PooledFuture<Object> future, Outcome<Object> settled) {
    Outcome<Object> outcome = future.outcome();
    boolean fromOutside =
        future.state() == State.SUCCESS && "from outside".equals(future.resultNow());
    switch (outcome) {
      case Outcome.Cancelled<Object> _ ->
          assertThat(future.state() == State.CANCELLED || fromOutside).isTrue();
      case Outcome.Success<Object> success -> {
        assertThat(future.state()).isEqualTo(State.SUCCESS);
        assertThat(future.resultNow()).isEqualTo(success.value());
        assertThat(outcome).isSameAs(settled);
      }
      case Outcome.Threw<Object> _, Outcome.Died<Object> _, Outcome.TimedOut<Object> _ -> {
        assertThat(future.state()).isEqualTo(State.FAILED);
        assertThat(outcome).isSameAs(settled);
      }
    }
  }

  @Test
  void a_timeout_from_outside_is_the_caller_s_own() {
    PooledFuture<Object> future = future();
    assertThatThrownBy(() -> future.orTimeout(1, TimeUnit.NANOSECONDS).get(60, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(TimeoutException.class);
  }
}
