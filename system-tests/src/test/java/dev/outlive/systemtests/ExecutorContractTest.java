package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.failure.TaskFailedException;
import dev.outlive.task.Action;
import dev.outlive.task.Task;
import dev.outlive.task.TaskFunction;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the JDK tests of its own executors holds here, at the edges too. Budget: 6 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ExecutorContractTest {
  private static final Task<Integer> ONE = () -> 1;

  private static final Task<Integer> ENDLESS =
      () -> {
        Thread.sleep(Duration.ofMinutes(5));
        return 0;
      };

  private static final Task<Integer> FAILING =
      () -> {
        throw new IOException("no success");
      };

  private static ProcessPool open() {
    return ProcessPool.builder()
        .name("contract")
        .workers(2)
        .jvmArgs(Await.QUICK_START)
        .grace(Duration.ofMillis(500))
        .build();
  }

  private static long open(ProcessPool pool) {
    return pool.snapshot().queued() + pool.snapshot().running();
  }

  private static void refused(Class<? extends Throwable> type, ThrowingCallable... uses) {
    for (int i = 0; i < uses.length; i++) {
      assertThatThrownBy(uses[i]).as("use %d", i).isInstanceOf(type);
    }
  }

  @Test
  void nullsAreRefusedAtOnce() {
    List<Task<Integer>> withNull = Arrays.asList(ENDLESS, null);
    try (ProcessPool pool = open()) {
      refused(
          NullPointerException.class,
          () -> pool.submit((Callable<Integer>) null),
          () -> pool.submit((Runnable) null),
          () -> pool.submit((Runnable) null, 1),
          () -> pool.execute((Runnable) null),
          () -> pool.invokeAll(null),
          () -> pool.invokeAll(null, 1, TimeUnit.SECONDS),
          () -> pool.invokeAll(List.of(ONE), 1, null),
          () -> pool.invokeAny(null),
          () -> pool.invokeAny(List.of(ONE), 1, null),
          () -> pool.anyOf(null),
          () -> pool.submitAll(null),
          () -> pool.awaitTermination(1, null),
          () -> pool.stream(null, List.of(1)),
          () -> pool.stream(n -> n, (List<Integer>) null),
          () -> pool.gatherer(null),
          () -> pool.outcomes((TaskFunction<Integer, Integer>) null, List.of(1)));
      assertThat(pool.snapshot().workers()).as("nothing was begun").isEmpty();
      refused(
          NullPointerException.class,
          () -> pool.invokeAll(withNull),
          () -> pool.invokeAll(withNull, 1, TimeUnit.SECONDS),
          () -> pool.invokeAny(withNull),
          () -> pool.anyOf(withNull),
          () -> pool.submitAll(withNull));
      Await.until("what came before the null has ended", () -> open(pool) == 0);
      assertThat(pool.snapshot().cancelled()).isEqualTo(5);
    }
  }

  @Test
  void submitAllCancelsWhatCameBeforeATaskThatIsRefused() {
    Object cannotTravel = new Object();
    Task<Integer> refused = cannotTravel::hashCode;
    try (ProcessPool pool = open()) {
      assertThatThrownBy(() -> pool.submitAll(List.of(ENDLESS, ENDLESS, refused)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cannot travel");
      Await.until("those before it have ended", () -> open(pool) == 0);
      assertThat(pool.snapshot().cancelled()).isEqualTo(2);
    }
  }

  @Test
  void noTasksMakeAnEmptyListAndNoFirst() throws Exception {
    try (ProcessPool pool = open()) {
      assertThat(pool.invokeAll(List.<Task<Integer>>of())).isEmpty();
      assertThat(pool.invokeAll(List.<Task<Integer>>of(), 1, TimeUnit.SECONDS)).isEmpty();
      assertThat(pool.submitAll(List.<Task<Integer>>of())).isEmpty();
      refused(
          IllegalArgumentException.class,
          () -> pool.invokeAny(List.<Task<Integer>>of()),
          () -> pool.invokeAny(List.<Task<Integer>>of(), 1, TimeUnit.SECONDS),
          () -> pool.anyOf(List.<Task<Integer>>of()));
      assertThat(pool.snapshot().workers()).isEmpty();
    }
  }

  @Test
  void aTimeThatIsOverAlreadyLeavesNothingRunning() throws Exception {
    try (ProcessPool pool = open()) {
      for (long limit : new long[] {0, -1, Long.MIN_VALUE}) {
        assertThat(pool.invokeAll(List.of(ENDLESS, ENDLESS), limit, TimeUnit.NANOSECONDS))
            .hasSize(2)
            .allMatch(Future::isCancelled);
        assertThatThrownBy(() -> pool.invokeAny(List.of(ENDLESS), limit, TimeUnit.NANOSECONDS))
            .isInstanceOf(TimeoutException.class);
        assertThat(pool.awaitTermination(limit, TimeUnit.NANOSECONDS)).isFalse();
      }
      Await.until("all has ended", () -> open(pool) == 0);
      assertThat(pool.invokeAll(List.of(ONE), Long.MAX_VALUE, TimeUnit.DAYS))
          .extracting(Future::resultNow)
          .containsExactly(1);
    }
  }

  /** Each with a caller that is interrupted before it calls. */
  @Test
  void whoeverIsInterruptedIsToldAndHasNothingLeftBehind() {
    try (ProcessPool pool = open()) {
      List<ThrowingCallable> calls =
          List.of(
              () -> pool.invokeAll(List.of(ENDLESS)),
              () -> pool.invokeAll(List.of(ENDLESS), 1, TimeUnit.HOURS),
              () -> pool.invokeAny(List.of(ENDLESS)),
              () -> pool.invokeAny(List.of(ENDLESS), 1, TimeUnit.HOURS),
              () -> pool.anyOf(List.of(ENDLESS)),
              () -> pool.call(ENDLESS),
              () -> pool.map(n -> ENDLESS.call(), List.of(1)),
              () -> pool.submit(ENDLESS).get(1, TimeUnit.HOURS),
              () -> pool.awaitTermination(1, TimeUnit.HOURS));
      for (ThrowingCallable call : calls) {
        Thread.currentThread().interrupt();
        assertThatThrownBy(call).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).as("the flag is cleared").isFalse();
      }
      Await.until("all but the submitted one has ended", () -> open(pool) == 1);
      pool.shutdownNow();
    }
  }

  @Test
  void afterTheEndEverythingIsRejected() throws Exception {
    ProcessPool closed = open();
    closed.close();
    ProcessPool stopped = open();
    stopped.shutdownNow();
    ProcessPool draining = open();
    TaskFuture<Integer> last = draining.submit(ENDLESS);
    draining.shutdown();
    for (ProcessPool pool : List.of(closed, stopped, draining)) {
      refused(
          RejectedExecutionException.class,
          () -> pool.submit(ONE),
          () -> pool.submit((Callable<Integer>) ONE),
          () -> pool.submit((Runnable) (Action) () -> {}),
          () -> pool.submit((Action) () -> {}, 1),
          () -> pool.execute(() -> {}),
          () -> pool.call(ONE),
          () -> pool.submitAll(List.of(ONE)),
          () -> pool.anyOf(List.of(ONE)),
          () -> pool.invokeAll(List.of(ONE)),
          () -> pool.invokeAny(List.of(ONE)),
          () -> pool.map(n -> n, List.of(1)),
          () -> pool.forEach(n -> {}, List.of(1)),
          () -> pool.stream(n -> n, List.of(1)),
          () -> pool.outcomes(n -> n, List.of(1)),
          () -> pool.gatherer(n -> n));
      assertThat(pool.isShutdown()).isTrue();
    }
    assertThat(draining.isTerminated()).isFalse();
    last.cancel(true);
    for (ProcessPool pool : List.of(closed, stopped, draining)) {
      assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
      assertThat(pool.isTerminated()).isTrue();
      assertThat(pool.shutdownNow()).isEmpty();
      pool.close();
    }
  }

  @Test
  void theFirstSuccessIsReturnedAndTheLastFailureThrown() throws Exception {
    try (ProcessPool pool = open()) {
      assertThat(pool.anyOf(List.of(FAILING, ENDLESS, () -> 3))).isEqualTo(3);
      Await.until("the loser has ended", () -> open(pool) == 0);
      assertThatThrownBy(() -> pool.anyOf(List.of(FAILING, FAILING)))
          .isInstanceOf(TaskFailedException.class)
          .hasCauseInstanceOf(IOException.class);
      FutureTask<Integer> caller = new FutureTask<>(() -> pool.anyOf(List.of(ENDLESS)));
      Thread.ofPlatform().start(caller);
      Await.busyWorker(pool);
      pool.shutdownNow();
      assertThatThrownBy(() -> caller.get(30, TimeUnit.SECONDS))
          .hasCauseInstanceOf(CancellationException.class);
    }
  }

  @Test
  void whatTheJdkWrapsIsRefusedWithWhatToUseInstead() throws Exception {
    List<Task<Integer>> tasks = List.of(ONE, () -> 2, () -> 3);
    try (ProcessPool pool = open()) {
      for (ThrowingCallable use :
          List.<ThrowingCallable>of(
              () -> CompletableFuture.supplyAsync(() -> 1, pool),
              () -> CompletableFuture.runAsync(() -> {}, pool))) {
        assertThatThrownBy(use)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("use submit(task), which returns a CompletableFuture");
      }
      assertThatThrownBy(() -> new ExecutorCompletionService<Integer>(pool).submit(ONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("use outcomes(Task::call, tasks)");
      assertThat(pool.snapshot().workers()).isEmpty();

      assertThat(pool.outcomes(Task<Integer>::call, tasks).mapToInt(one -> one.orThrow()).sum())
          .isEqualTo(6);
    }
  }

  @Test
  void callbacksMaySubmitMoreUnderOneWorker() throws Exception {
    ProcessPool pool =
        ProcessPool.builder().name("contract").workers(1).jvmArgs(Await.QUICK_START).build();
    try (pool) {
      assertThat(Await.result(sum(pool, 0, 16))).isEqualTo(120);
    }
  }

  /** As a fork-join task would, from the callbacks of this process. */
  private static CompletableFuture<Integer> sum(ProcessPool pool, int from, int to) {
    if (to - from <= 4) {
      return pool.submit(
          () -> {
            int sum = 0;
            for (int n = from; n < to; n++) {
              sum += n;
            }
            return sum;
          });
    }
    int middle = (from + to) / 2;
    return pool.submit(() -> 0)
        .thenCompose(
            zero -> sum(pool, from, middle).thenCombine(sum(pool, middle, to), Integer::sum));
  }

  @Test
  void anExecutedTaskThatFailsIsLoggedOneThatEndsWithItsPoolIsNot() throws Exception {
    Queue<LogRecord> logged = new ConcurrentLinkedQueue<>();
    Handler handler = handler(logged);
    Logger logger = Logger.getLogger(ProcessPool.class.getName());
    logger.addHandler(handler);
    try (ProcessPool pool = open()) {
      pool.execute(FAILING::call);
      Await.until("the failure is logged", () -> logged.size() == 1);
      for (int i = 0; i < 5; i++) {
        pool.execute(ENDLESS::call);
      }
      Await.busyWorker(pool);
      pool.shutdownNow();
      assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      logger.removeHandler(handler);
    }
    assertThat(logged).hasSize(1);
    assertThat(logged.element().getThrown()).isInstanceOf(IOException.class);
  }

  private static Handler handler(Queue<LogRecord> records) {
    return new Handler() {
      @Override
      public void publish(LogRecord entry) {
        records.add(entry);
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }
}
