package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.monitor.PoolSnapshot.State;
import dev.outlive.task.Action;
import dev.outlive.task.Task;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What users of {@code ExecutorService} expect holds here. Budget: 8 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ExecutorServiceTest {
  @TempDir Path directory;

  private static ProcessPool open() {
    return ProcessPool.builder().name("service").workers(2).grace(Duration.ofMillis(500)).build();
  }

  private Path begun() {
    return directory.resolve("begun");
  }

  private Path go() {
    return directory.resolve("go");
  }

  /** Begins, and returns when it is told to. */
  private Task<Integer> gated() {
    String begun = begun().toString();
    String go = go().toString();
    return () -> {
      Await.leaveSign(begun);
      Await.sign(Path.of(go));
      return 42;
    };
  }

  private static Task<Integer> endless() {
    return () -> {
      Thread.sleep(Duration.ofMinutes(5));
      return 0;
    };
  }

  @Test
  void aShutdownTakesNothingNewAndFinishesWhatCame() throws Exception {
    try (ProcessPool pool = open()) {
      TaskFuture<Integer> running = pool.submit(gated());
      Await.sign(begun());
      TaskFuture<Integer> queued = pool.submit(() -> 1);
      assertThat(pool.isShutdown()).isFalse();
      pool.shutdown();

      assertThat(pool.isShutdown()).isTrue();
      assertThat(pool.isTerminated()).isFalse();
      assertThat(pool.snapshot().state()).isEqualTo(State.DRAINING);
      assertThatThrownBy(() -> pool.submit(() -> 2))
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessageContaining("shut down");
      assertThatThrownBy(() -> pool.map(n -> n, List.of(1)))
          .isInstanceOf(RejectedExecutionException.class);
      assertThatThrownBy(() -> pool.outcomes(n -> n, List.of(1)))
          .isInstanceOf(RejectedExecutionException.class);
      assertThat(pool.awaitTermination(50, TimeUnit.MILLISECONDS)).isFalse();
      Await.leaveSign(go().toString());
      assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
      assertThat(pool.isTerminated()).isTrue();
      assertThat(running.get()).isEqualTo(42);
      assertThat(queued.get()).isEqualTo(1);
    }
  }

  @Test
  void aShutdownNowEndsRunningAndWaitingWorkAtOnce() throws Exception {
    try (ProcessPool pool = open()) {
      List<TaskFuture<Integer>> futures =
          pool.submitAll(List.of(gated(), endless(), endless(), endless(), endless()));
      Await.sign(begun());
      TaskFuture<List<Integer>> run = pool.mapAsync(n -> n, List.of(1, 2, 3));
      long asked = System.nanoTime();
      assertThat(pool.shutdownNow()).isEmpty();

      assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(8));
      for (TaskFuture<?> future : futures) {
        assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
      }
      assertThatThrownBy(run::get).isInstanceOf(CancellationException.class);
      assertThat(pool.snapshot().deaths()).as("deaths that nobody asked for").isZero();
    }
  }

  @Test
  void closeWaitsForRunningAndQueuedWork() throws Exception {
    ProcessPool pool = open();
    TaskFuture<Integer> running = pool.submit(gated());
    TaskFuture<Integer> queued = pool.submit(() -> 1);
    Await.sign(begun());
    Thread closer = Thread.ofPlatform().start(pool::close);
    Await.until("it is closing", pool::isShutdown);
    assertThat(running).isNotDone();
    Await.leaveSign(go().toString());
    closer.join(Await.LIMIT);

    assertThat(pool.isTerminated()).isTrue();
    assertThat(running.resultNow()).isEqualTo(42);
    assertThat(queued.resultNow()).isEqualTo(1);
  }

  @Test
  void anInterruptedCloseEndsTheWorkAndKeepsTheFlag() throws Exception {
    ProcessPool pool = open();
    TaskFuture<Integer> running = pool.submit(gated());
    Await.sign(begun());
    AtomicBoolean flag = new AtomicBoolean();
    Thread closer =
        Thread.ofPlatform()
            .start(
                () -> {
                  pool.close();
                  flag.set(Thread.currentThread().isInterrupted());
                });
    Await.until("it is closing", pool::isShutdown);
    closer.interrupt();
    closer.join(Await.LIMIT);

    assertThat(flag).isTrue();
    assertThat(pool.isTerminated()).isTrue();
    assertThat(running).isCancelled();
  }

  @Test
  void closingTwiceAndClosingAnUnusedPoolAreHarmless() throws Exception {
    try (ProcessPool pool = open();
        ProcessPool same = pool) {
      assertThat(same.call(() -> 1)).isEqualTo(1);
      pool.shutdown();
      pool.shutdownNow();
    }
    try (ProcessPool unused = open()) {
      assertThat(unused.snapshot().workers()).as("no work, no process").isEmpty();
      assertThat(unused.map((Integer n) -> n, List.of())).isEmpty();
      assertThat(unused.snapshot().workers()).isEmpty();
    }
  }

  @Test
  void invokeAllReturnsWhenAllHaveEnded() throws Exception {
    try (ProcessPool pool = open()) {
      Task<Integer> failing =
          () -> {
            throw new IOException("one of them fails");
          };
      List<Future<Integer>> futures =
          pool.invokeAll(List.<Task<Integer>>of(() -> 1, failing, () -> 3));

      assertThat(futures).hasSize(3).allMatch(Future::isDone);
      assertThat(futures.get(0).get()).isEqualTo(1);
      assertThatThrownBy(() -> futures.get(1).get())
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(IOException.class);
      assertThat(futures.get(2).get()).isEqualTo(3);
    }
  }

  @Test
  void invokeAllWithALimitCancelsWhatIsLate() throws Exception {
    try (ProcessPool pool = open()) {
      pool.invokeAll(List.<Task<Integer>>of(() -> 0, () -> 0));
      List<Future<Integer>> futures =
          pool.invokeAll(List.<Task<Integer>>of(() -> 1, endless()), 2_000, TimeUnit.MILLISECONDS);

      assertThat(futures).allMatch(Future::isDone);
      assertThat(futures.get(0).get()).isEqualTo(1);
      assertThat(futures.get(1).isCancelled()).isTrue();
    }
  }

  @Test
  void invokeAnyReturnsTheFirstSuccessAndEndsTheLosers() throws Exception {
    try (ProcessPool pool = open()) {
      Task<Integer> failing =
          () -> {
            throw new IOException("this one is no success");
          };
      assertThat(pool.invokeAny(List.<Task<Integer>>of(failing, endless(), () -> 3))).isEqualTo(3);
      Await.until(
          "the loser has ended",
          () -> pool.snapshot().running() == 0 && pool.snapshot().queued() == 0);
      assertThat(pool.snapshot().cancelled()).isEqualTo(1);

      assertThatThrownBy(() -> pool.invokeAny(List.of(failing, failing)))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(IOException.class);
      assertThatThrownBy(() -> pool.invokeAny(List.of(endless()), 100, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      assertThatThrownBy(() -> pool.invokeAny(List.<Task<Integer>>of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void workThatCannotTravelFailsAtOnceAndNamesWhatToUse() {
    try (ProcessPool pool = open()) {
      Callable<Integer> bare = () -> 1;
      Runnable plain = () -> {};
      assertThatThrownBy(() -> pool.submit(bare))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("dev.outlive.task.Task");
      assertThatThrownBy(() -> pool.invokeAll(List.of(bare)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("dev.outlive.task.Task");
      assertThatThrownBy(() -> pool.execute(plain))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("dev.outlive.task.Action");
      assertThatThrownBy(() -> CompletableFuture.supplyAsync(() -> 1, pool))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("submit");
    }
  }

  @Test
  void aRunnablesOwnResultNeverTravels() throws Exception {
    try (ProcessPool pool = open()) {
      Object result = new Object();
      Future<Object> future = pool.submit((Action) () -> {}, result);
      assertThat(Await.result(future)).isSameAs(result);
    }
  }

  @Test
  void anInterruptedInvokeAllCancelsItsTasks() throws Exception {
    try (ProcessPool pool = open()) {
      FutureTask<List<Future<Integer>>> caller =
          new FutureTask<>(() -> pool.invokeAll(List.of(endless(), endless())));
      Thread thread = Thread.ofPlatform().start(caller);
      Await.busyWorker(pool);
      thread.interrupt();

      assertThatThrownBy(() -> caller.get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(InterruptedException.class);
      assertThat(pool.snapshot().cancelled()).isEqualTo(2);
    }
  }
}
