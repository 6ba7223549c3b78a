package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outlive.ProcessPool;
import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.PoolAbortedException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.monitor.KilledTask;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.MapFailedException;
import dev.outlive.task.TaskContext;
import dev.outlive.task.TaskFunction;
import dev.outlive.testkit.NoLeaks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the first issue wants to see true at the end, word for word. Budget: 20 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class SeenTrueTest {
  private static final List<Integer> DIGITS = IntStream.range(0, 10).boxed().toList();
  private static final Duration NEWS =
      Duration.ofSeconds(5); // generous: the machine has other things to do

  static int exitOnThree(int n) {
    if (n == 3) {
      System.exit(1);
    }
    return n;
  }

  static int square(int n) {
    return n * n;
  }

  static int killedOnThree(int n) {
    if (n == 3) {
      killOwnProcess();
    }
    return n * n;
  }

  static int killedOnThreeOnce(int n) {
    if (n == 3 && TaskContext.current().attempt() == 1) {
      killOwnProcess();
    }
    return n * n;
  }

  /** As {@code kill -9} does: no code of this JVM has a say. */
  static void killOwnProcess() {
    try {
      String pid = Long.toString(ProcessHandle.current().pid());
      new ProcessBuilder("kill", "-9", pid).start().waitFor();
      Thread.sleep(Duration.ofMinutes(1));
    } catch (java.io.IOException | InterruptedException e) {
      throw new AssertionError("kill -9 did not work", e);
    }
  }

  static int tenSeconds() throws InterruptedException {
    Thread.sleep(Duration.ofSeconds(10));
    return 10;
  }

  @Test
  void aMapOfThreeFailsSoonAndNamesTheInputThatExited() throws Exception {
    try (ProcessPool pool = ProcessPool.builder().name("three").workers(3).build()) {
      assertThat(pool.map(SeenTrueTest::exitOnThree, List.of(1, 2, 4))).containsExactly(1, 2, 4);

      long start = System.nanoTime();
      MapFailedException failed =
          catchThrowableOfType(
              MapFailedException.class,
              () -> pool.map(SeenTrueTest::exitOnThree, List.of(1, 2, 3)));

      assertThat(since(start)).isLessThan(NEWS);
      assertThat(failed.index()).isEqualTo(2);
      assertThat(failed.input()).isEqualTo(3);
      assertThat(failed).hasMessageContaining("index 2").hasMessageContaining("input 3");
      assertThat(failed).hasMessageContaining("exit status 1");
      WorkerDiedException died = (WorkerDiedException) failed.getCause();
      assertThat(died.diagnosis().cause()).isEqualTo(Cause.EXIT);
      assertThat(died.diagnosis().exitValue()).hasValue(1);
    }
  }

  @Test
  void aColdPoolOfThreeNamesTheInputThatExitedToo() {
    try (ProcessPool pool = ProcessPool.builder().name("cold").workers(3).build()) {
      long start = System.nanoTime();
      MapFailedException failed =
          catchThrowableOfType(
              MapFailedException.class,
              () -> pool.map(SeenTrueTest::exitOnThree, List.of(1, 2, 3)));

      System.out.println("cold pool, map of three failed after " + since(start).toMillis() + " ms");
      assertThat(failed.index()).isEqualTo(2);
      assertThat(failed.input()).isEqualTo(3);
      assertThat(((WorkerDiedException) failed.getCause()).diagnosis().exitValue()).hasValue(1);
    }
  }

  @Test
  void underSkipThereIsANullInThePlaceOfTheKilledAndOneKilledTask() throws Exception {
    try (ProcessPool pool =
        ProcessPool.builder().name("skip").workers(2).onCrash(FailurePolicy.SKIP).build()) {
      List<@Nullable Integer> squares = pool.map(SeenTrueTest::killedOnThree, DIGITS);

      assertThat(squares).containsExactly(0, 1, 4, null, 16, 25, 36, 49, 64, 81);
      assertThat(pool.killedTasks()).hasSize(1);
      KilledTask killed = pool.killedTasks().getFirst();
      assertThat(killed.function()).isEqualTo("SeenTrueTest::killedOnThree");
      assertThat(killed.argument()).isEqualTo("3");
      assertThat(killed.index()).isEqualTo(3);
      assertThat(killed.attempt()).isEqualTo(1);
      assertThat(killed.retried()).isFalse();
      assertThat(killed.diagnosis().cause()).isEqualTo(Cause.SIGKILL);
      assertThat(killed.diagnosis().signal()).hasValue("SIGKILL");
    }
  }

  @Test
  void underAbortThereIsAnAbortErrorThatNamesTheCulprit() {
    try (ProcessPool pool =
        ProcessPool.builder().name("abort").workers(2).onCrash(FailurePolicy.ABORT).build()) {
      assertThatThrownBy(() -> pool.map(SeenTrueTest::killedOnThree, DIGITS))
          .isInstanceOf(PoolAbortedException.class)
          .hasMessageContaining("SeenTrueTest::killedOnThree")
          .hasMessageContaining("SIGKILL")
          .hasCauseInstanceOf(WorkerDiedException.class);
    }
  }

  @Test
  void underRetryAllTenArriveWhenItDiesOnlyOnce() throws Exception {
    try (ProcessPool pool = retrying("once")) {
      assertThat(pool.map(SeenTrueTest::killedOnThreeOnce, DIGITS))
          .containsExactly(0, 1, 4, 9, 16, 25, 36, 49, 64, 81);
      assertThat(pool.killedTasks()).hasSize(1);
      assertThat(pool.killedTasks().getFirst().retried()).isTrue();
    }
  }

  @Test
  void underRetryThereIsAFailureThatListsAllThreeAttemptsWhenItAlwaysDies() {
    try (ProcessPool pool = retrying("always")) {
      MapFailedException failed =
          catchThrowableOfType(
              MapFailedException.class, () -> pool.map(SeenTrueTest::killedOnThree, DIGITS));

      WorkerDiedException died = (WorkerDiedException) failed.getCause();
      assertThat(died.attempts()).hasSize(3);
      assertThat(died.attempts()).extracting(Diagnosis::cause).containsOnly(Cause.SIGKILL);
      assertThat(died.attempts())
          .extracting(diagnosis -> diagnosis.pid().getAsLong())
          .doesNotHaveDuplicates()
          .allSatisfy(pid -> assertThat(died).hasMessageContaining("pid " + pid));
      assertThat(failed.index()).isEqualTo(3);
      assertThat(pool.killedTasks()).extracting(KilledTask::attempt).containsExactly(1, 2, 3);
    }
  }

  private static ProcessPool retrying(String name) {
    return ProcessPool.builder()
        .name(name)
        .workers(2)
        .retry(RetryPolicy.onCrash().attempts(3))
        .build();
  }

  @Test
  void aMapReturnsWithinASecondOfAKillFromOutside() throws Exception {
    diesOneSecondInto(pool -> pool.map(n -> tenSeconds(), List.of(1)), MapFailedException.class);
  }

  @Test
  void aCallReturnsWithinASecondOfAKillFromOutside() throws Exception {
    diesOneSecondInto(pool -> pool.call(SeenTrueTest::tenSeconds), WorkerDiedException.class);
  }

  @Test
  void aSubmittedTasksFutureFailsWithinASecondOfAKillFromOutside() throws Exception {
    diesOneSecondInto(
        pool -> pool.submit(SeenTrueTest::tenSeconds).get(20, TimeUnit.SECONDS),
        WorkerDiedException.class);
  }

  @Test
  void anAsynchronousMapCallsBackExactlyOnceWithinASecondOfAKillFromOutside() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    AtomicReference<Throwable> told = new AtomicReference<>();
    TaskFunction<Integer, Integer> function = n -> tenSeconds();
    diesOneSecondInto(
        pool ->
            pool.mapAsync(function, List.of(1))
                .whenComplete(
                    (list, error) -> {
                      calls.incrementAndGet();
                      told.set(error);
                    })
                .get(20, TimeUnit.SECONDS),
        MapFailedException.class);

    assertThat(calls).hasValue(1);
    assertThat(told.get()).isInstanceOf(MapFailedException.class);
  }

  @FunctionalInterface
  interface Use {
    Object on(ProcessPool pool) throws Exception;
  }

  private static void diesOneSecondInto(Use use, Class<? extends Throwable> type) throws Exception {
    try (ProcessPool pool = ProcessPool.builder().name("one").workers(1).build()) {
      assertThat(pool.call(() -> 1)).isEqualTo(1);
      CompletableFuture<Throwable> failure = new CompletableFuture<>();
      Thread.ofPlatform()
          .start(
              () -> {
                try {
                  use.on(pool);
                } catch (ExecutionException e) {
                  failure.complete(e.getCause());
                } catch (Exception e) {
                  failure.complete(e);
                }
              });
      ProcessHandle worker = Await.busyWorker(pool);
      assertThatThrownBy(() -> failure.get(1, TimeUnit.SECONDS)) // one second into the task
          .isInstanceOf(TimeoutException.class);
      long killed = System.nanoTime();
      assertThat(worker.destroyForcibly()).isTrue();

      assertThat(Await.result(failure)).isInstanceOf(type);
      assertThat(since(killed)).isLessThan(NEWS);
      assertThat(pool.call(() -> 2)).isEqualTo(2);
      assertThat(pool.snapshot().deaths()).isEqualTo(1);
    }
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
