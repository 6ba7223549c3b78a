package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.failure.TaskTimeoutException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.Outcome;
import dev.outlive.task.TaskContext;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future.State;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A future ends once, whoever is faster, and its callbacks hurt nobody. Budget: 8 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class FutureRaceTest {
  private static final int TRIES = 1_000;

  @TempDir Path directory;

  /** No machine is so slow that a worker is killed for not heeding an interruption in time. */
  private static ProcessPool open() {
    return ProcessPool.builder().name("race").workers(2).grace(Duration.ofSeconds(30)).build();
  }

  /** What somebody outside may do to a future. */
  private enum Way {
    CANCEL,
    CANCEL_GENTLY,
    COMPLETE,
    COMPLETE_EXCEPTIONALLY,
    COMPLETE_ASYNC,
    OR_TIMEOUT;

    /** Returns what it claims to have done; whether it has where it claims nothing. */
    boolean tried(TaskFuture<Integer> future) {
      return switch (this) {
        case CANCEL -> future.cancel(true);
        case CANCEL_GENTLY -> future.cancel(false);
        case COMPLETE -> future.complete(-1);
        case COMPLETE_EXCEPTIONALLY -> future.completeExceptionally(new IOException("outside"));
        case COMPLETE_ASYNC -> future.completeAsync(() -> -1, Runnable::run).resultNow() == -1;
        case OR_TIMEOUT -> future.orTimeout(1, TimeUnit.MICROSECONDS).state() == State.FAILED;
      };
    }
  }

  /** A future that has ended, and how. */
  private record Ended(
      int number,
      TaskFuture<Integer> future,
      State state,
      Outcome<Integer> outcome,
      AtomicInteger called) {

    void requireAgreement() {
      assertThat(future.outcome()).as("try %d", number).isSameAs(outcome);
      assertThat(future.state()).as("try %d", number).isEqualTo(state);
      assertThat(called).as("callbacks of try %d", number).hasValue(2);
      switch (outcome) {
        case Outcome.Success<Integer> success -> {
          assertThat(success.value()).isEqualTo(number);
          assertThat(future.resultNow()).isEqualTo(number);
          assertThat(success.record().attempts()).isEqualTo(1);
        }
        case Outcome.Cancelled<Integer> gone -> {
          boolean value = state == State.SUCCESS && future.resultNow() == -1;
          assertThat(value || state != State.SUCCESS).as("try %d: %s", number, state).isTrue();
          assertThat(gone.record().attempts()).isBetween(0, 1);
        }
        case Outcome.Threw<Integer> _, Outcome.Died<Integer> _, Outcome.TimedOut<Integer> _ ->
            throw new AssertionError("try " + number + ": " + outcome);
      }
    }
  }

  @Test
  void aThousandTimesOneEndAndNeverBothWithTheResultInFlight() throws Exception {
    Random random = new Random(20261120);
    List<Ended> all = new ArrayList<>();
    int results = 0;
    try (ProcessPool pool = open()) {
      pool.map(n -> n, List.of(1, 2));
      Await.until(
          "both are there",
          () ->
              pool.snapshot().workers().stream().filter(worker -> worker.pid().isPresent()).count()
                  == 2);
      Set<Long> pids = pids(pool);
      long delay = 100_000; // moves to where results and outsiders win equally often
      for (int i = 0; i < TRIES; i++) {
        Way way = Way.values()[i % Way.values().length];
        Ended ended = tryOnce(pool, i, way, (long) (random.nextDouble() * 2 * delay));
        all.add(ended);
        boolean result = ended.outcome.isSuccess();
        results += result ? 1 : 0;
        delay = Math.clamp(result ? delay - delay / 20 : delay + delay / 20, 1_000, 1_000_000_000);
      }
      assertThat(results).as("results that won").isBetween(TRIES / 10, TRIES - TRIES / 10);

      assertThat(pool.call(() -> 42)).isEqualTo(42);
      Await.until("all has ended", () -> open(pool.snapshot()) == 0);
      PoolSnapshot end = pool.snapshot();
      assertThat(end.done() + end.failed() + end.cancelled()).isEqualTo(TRIES + 3);
      assertThat(end.done()).isGreaterThanOrEqualTo(results + 3);
      assertThat(end.failed()).isZero();
      assertThat(end.deaths()).isZero();
      assertThat(pids(pool)).as("no worker was harmed").isEqualTo(pids);
    }
    all.forEach(Ended::requireAgreement);
  }

  private static Ended tryOnce(ProcessPool pool, int number, Way way, long nanos) {
    AtomicInteger called = new AtomicInteger();
    TaskFuture<Integer> future = pool.submit(() -> number);
    CompletableFuture<Integer> first =
        future.whenComplete((value, error) -> called.incrementAndGet());
    CompletableFuture<Integer> second =
        future.whenComplete((value, error) -> called.incrementAndGet());
    long until = System.nanoTime() + nanos;
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    boolean claims = way.tried(future);
    if (way == Way.CANCEL_GENTLY || way == Way.OR_TIMEOUT) {
      Await.until("try " + number + " ends", future::isDone);
    } else {
      assertThat(future).as("try %d: %s", number, way).isDone();
    }
    Await.until("its callbacks are called", () -> first.isDone() && second.isDone());
    Outcome<Integer> outcome = future.outcome();
    if (way != Way.OR_TIMEOUT) {
      assertThat(claims).as("try %d: %s", number, way).isEqualTo(!outcome.isSuccess());
    }
    return new Ended(number, future, future.state(), outcome, called);
  }

  private static long open(PoolSnapshot now) {
    return now.queued() + now.running();
  }

  private static Set<Long> pids(ProcessPool pool) {
    Set<Long> pids = new HashSet<>();
    pool.snapshot().workers().forEach(worker -> pids.add(worker.pid().orElseThrow()));
    return pids;
  }

  @Test
  void oneCallbackForEachEnd() throws Exception {
    AtomicInteger called = new AtomicInteger();
    ProcessPool pool =
        ProcessPool.builder().name("race").workers(1).jvmArgs(Await.QUICK_START).build();
    try (pool) {
      TaskFuture<Integer> returns = counted(called, pool.submit(() -> 1));
      TaskFuture<Integer> throwing = counted(called, pool.submit(() -> 1 / Integer.parseInt("0")));
      TaskFuture<Integer> dies = counted(called, pool.submit(FutureRaceTest::halt));
      assertThat(Await.result(returns)).isEqualTo(1);
      assertThat(Await.failure(throwing)).isInstanceOf(ArithmeticException.class);
      assertThat(Await.failure(dies)).isInstanceOf(WorkerDiedException.class);
      TaskOptions limited = TaskOptions.named("late").withTimeout(Duration.ofMillis(300));
      TaskFuture<Integer> late = counted(called, pool.submit(FutureRaceTest::sleep, limited));
      assertThat(Await.failure(late)).isInstanceOf(TaskTimeoutException.class);
      counted(called, pool.submit(FutureRaceTest::sleep));
      pool.shutdownNow();
    }
    assertThat(called).hasValue(5);
  }

  private static TaskFuture<Integer> counted(AtomicInteger called, TaskFuture<Integer> future) {
    var _ = future.whenComplete((value, error) -> called.incrementAndGet());
    return future;
  }

  static int halt() {
    Runtime.getRuntime().halt(3);
    return 0;
  }

  static int sleep() throws InterruptedException {
    Thread.sleep(Duration.ofMinutes(5));
    return 0;
  }

  @Test
  void callbacksThatThrowOrSpinHurtNobodyElse() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    ProcessPool pool = open();
    try {
      TaskFuture<Integer> spun = pool.submit(() -> 1);
      CompletableFuture<Void> spinning =
          spun.thenAccept(
              n -> {
                while (!over.get()) {
                  Thread.onSpinWait();
                }
              });
      TaskFuture<Integer> thrown = pool.submit(() -> 2);
      CompletableFuture<Object> throwing =
          thrown.thenApply(
              n -> {
                throw new StackOverflowError("a callback's own");
              });

      assertThat(Await.result(spun)).as("the future itself is done").isEqualTo(1);
      assertThat(Await.failure(throwing)).isInstanceOf(StackOverflowError.class);
      assertThat(Await.result(thrown)).isEqualTo(2);
      for (int i = 0; i < 100; i++) {
        assertThat(pool.call(() -> 3)).isEqualTo(3);
      }
      assertThat(spinning).isNotDone();
      over.set(true);
      Await.result(spinning);
    } finally {
      over.set(true);
      pool.shutdownNow();
      pool.close();
    }
  }

  @Test
  void theRecordOfAnAbandonedTaskTellsHowOftenItHadBegun() throws Exception {
    String begun = directory.resolve("begun-").toString();
    ProcessPool pool =
        ProcessPool.builder()
            .name("race")
            .workers(1)
            .retry(RetryPolicy.onException(IOException.class).attempts(2))
            .build();
    try {
      TaskFuture<Integer> second = pool.submit(() -> failsFirst(begun));
      Await.sign(Path.of(begun + 2));
      TaskFuture<Integer> waiting = pool.submit(() -> 1);
      TaskFuture<Integer> queued = pool.submit(() -> 1);

      assertThat(waiting.complete(0)).isTrue();
      assertThat(waiting.record().attempts()).as("it was at hand only").isZero();
      assertThat(queued.cancel(false)).isTrue();
      assertThat(queued.record().attempts()).isZero();
      assertThat(second.cancel(false)).as("it runs").isFalse();
      assertThat(second.cancel(true)).isTrue();
      assertThat(second.record().attempts()).isEqualTo(2);
      assertThat(second.record().submitted()).isBefore(second.record().finished());

      TaskFuture<Integer> last = pool.submit(FutureRaceTest::sleep);
      Await.until("it runs", () -> pool.snapshot().running() == 1);
      pool.shutdownNow();
      Await.until("it has ended", last::isDone);
      assertThat(last.outcome()).isInstanceOf(Outcome.Cancelled.class);
    } finally {
      pool.shutdownNow();
      pool.close();
    }
  }

  static int failsFirst(String begun) throws IOException, InterruptedException {
    int attempt = TaskContext.current().attempt();
    Files.createFile(Path.of(begun + attempt));
    if (attempt == 1) {
      throw new IOException("the first attempt");
    }
    return sleep();
  }
}
