package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.failure.TaskTimeoutException;
import dev.outlive.monitor.PoolSnapshot.Worker;
import dev.outlive.monitor.PoolSnapshot.WorkerState;
import dev.outlive.task.MapOptions;
import dev.outlive.task.Outcome;
import dev.outlive.task.Task;
import dev.outlive.task.TaskContext;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Work that is no longer wanted ends, and costs its worker only if it must. Budget: 12 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class CancelTest {
  private static final Duration GRACE = Duration.ofMillis(500);

  /** Enough to look meanwhile. */
  private static final Duration LONG_GRACE = Duration.ofSeconds(3);

  /** Enough for a task that heeds to end on a busy machine too. */
  private static final Duration PATIENT = Duration.ofSeconds(20);

  private static final Task<Long> PID = () -> ProcessHandle.current().pid();

  @TempDir Path directory;

  private static ProcessPool open() {
    return open(GRACE);
  }

  private static ProcessPool open(Duration grace) {
    return ProcessPool.builder().name("cancel").workers(1).grace(grace).build();
  }

  private Path sign() {
    return directory.resolve("begun");
  }

  /** Begins, and sleeps until it is interrupted. */
  static int sleep(String sign) throws IOException, InterruptedException {
    Await.leaveSign(sign);
    Thread.sleep(Duration.ofMinutes(5));
    return 0;
  }

  /** Begins, and never ends. */
  static int spin(String sign) throws IOException {
    Await.leaveSign(sign);
    long turns = 0;
    while (Files.exists(Path.of(sign))) {
      turns++;
    }
    return (int) turns;
  }

  @Test
  void aTaskThatHeedsInterruptionSparesItsWorker() throws Exception {
    String file = sign().toString();
    try (ProcessPool pool = open(PATIENT)) {
      long pid = pool.call(PID);
      TaskFuture<Integer> future = pool.submit(() -> sleep(file));
      Await.sign(sign());

      assertThat(future.cancel(true)).isTrue();
      assertThat(future).isCancelled();
      assertThat(future.outcome()).isInstanceOf(Outcome.Cancelled.class);
      assertThat(pool.call(PID)).isEqualTo(pid);
      assertThat(pool.snapshot().cancelled()).isEqualTo(1);
      assertThat(pool.killedTasks()).isEmpty();
    }
  }

  @Test
  void aLoopThatHeedsNothingIsKilledAfterTheGraceAndOnlyThenReplaced() throws Exception {
    String file = sign().toString();
    try (ProcessPool pool = open(LONG_GRACE)) {
      TaskFuture<Integer> future = pool.submit(() -> spin(file));
      Await.sign(sign());
      ProcessHandle worker = Await.busyWorker(pool);
      TaskFuture<Long> next = pool.submit(PID);
      long cancelled = System.nanoTime();
      assertThat(future.cancel(true)).isTrue();
      assertThat(future).as("the caller need not wait").isDone();

      assertThat(worker.isAlive()).isTrue();
      assertThat(pool.snapshot().workers()).extracting(Worker::number).containsExactly(1);
      worker.onExit().get(20, TimeUnit.SECONDS);
      Duration lived = Duration.ofNanos(System.nanoTime() - cancelled);
      assertThat(lived).isBetween(LONG_GRACE, LONG_GRACE.plusSeconds(8));
      assertThat(Await.result(next)).isNotEqualTo(worker.pid());
      assertThat(next.outcome().record().attempts()).as("what waited is not charged").isEqualTo(1);
    }
  }

  @Test
  void aTaskSeesThatItIsCancelled() throws Exception {
    String file = sign().toString();
    String seen = directory.resolve("seen").toString();
    try (ProcessPool pool = open(PATIENT)) {
      long pid = pool.call(PID);
      TaskFuture<Void> future =
          pool.submit(
              () -> {
                boolean before = TaskContext.current().isCancelled();
                Await.leaveSign(file);
                while (!TaskContext.current().isCancelled()) {
                  Thread.onSpinWait();
                }
                Files.writeString(Path.of(seen), "before=" + before);
              });
      Await.sign(sign());
      future.cancel(true);

      assertThat(pool.call(PID)).isEqualTo(pid);
      assertThat(Path.of(seen)).hasContent("before=false");
    }
  }

  @Test
  void aGentleCancelLeavesRunningWorkAlone() throws Exception {
    String file = sign().toString();
    String go = directory.resolve("go").toString();
    try (ProcessPool pool = open()) {
      TaskFuture<Integer> future =
          pool.submit(
              () -> {
                Await.leaveSign(file);
                Await.sign(Path.of(go));
                return 42;
              });
      Await.sign(sign());

      assertThat(future.cancel(false)).isFalse();
      assertThat(future).isNotDone();
      Await.leaveSign(go);
      assertThat(Await.result(future)).isEqualTo(42);
      assertThat(future.cancel(true)).as("too late").isFalse();
    }
  }

  @Test
  void aGentleCancelWithdrawsWhatHasNotStarted() throws Exception {
    String file = sign().toString();
    try (ProcessPool pool = open()) {
      TaskFuture<Integer> running = pool.submit(() -> sleep(file));
      Await.sign(sign());
      List<TaskFuture<String>> waiting =
          pool.submitAll(
              Stream.of("second", "third", "fourth")
                  .map(name -> leavesSign(directory.resolve(name).toString()))
                  .toList());

      assertThat(waiting).allSatisfy(future -> assertThat(future.cancel(false)).isTrue());
      assertThat(waiting).allSatisfy(future -> assertThat(future).isCancelled());
      running.cancel(true);
      assertThat(pool.call(() -> 1)).isEqualTo(1);
      assertThat(directory.resolve("second")).doesNotExist();
      assertThat(directory.resolve("third")).doesNotExist();
    }
  }

  private static Task<String> leavesSign(String file) {
    return () -> {
      Await.leaveSign(file);
      return file;
    };
  }

  @Test
  void completingAFutureFromOutsideEndsTheWork() throws Exception {
    String file = sign().toString();
    try (ProcessPool pool = open(PATIENT)) {
      long pid = pool.call(PID);
      TaskFuture<Integer> future = pool.submit(() -> sleep(file));
      Await.sign(sign());

      assertThat(future.complete(5)).isTrue();
      assertThat(future.get()).isEqualTo(5);
      assertThat(future.outcome()).isInstanceOf(Outcome.Cancelled.class);
      assertThat(pool.call(PID)).isEqualTo(pid);
    }
  }

  @Test
  void aTimeoutFromOutsideEndsTheWork() throws Exception {
    String file = sign().toString();
    try (ProcessPool pool = open(PATIENT)) {
      long pid = pool.call(PID);
      TaskFuture<Integer> future = pool.submit(() -> sleep(file));
      Await.sign(sign());

      var _ = future.orTimeout(100, TimeUnit.MILLISECONDS);
      assertThat(Await.failure(future)).isInstanceOf(TimeoutException.class);
      assertThat(pool.call(PID)).isEqualTo(pid);
    }
  }

  @Test
  void cancellingADependentNeverTouchesTheWork() throws Exception {
    try (ProcessPool pool = open()) {
      TaskFuture<Integer> future =
          pool.submit(
              () -> {
                Thread.sleep(Duration.ofMillis(200));
                return 1;
              });
      assertThat(future.thenApply(n -> n + 1).cancel(true)).isTrue();
      assertThat(Await.result(future)).isEqualTo(1);
    }
  }

  @Test
  void whatATaskDidCannotBeRewritten() throws Exception {
    try (ProcessPool pool = open()) {
      TaskFuture<Integer> future = pool.submit(() -> 1);
      assertThatThrownBy(() -> future.obtrudeValue(2))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> future.obtrudeException(new IOException()))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThat(Await.result(future)).isEqualTo(1);
    }
  }

  @Test
  void anInterruptedCallerOfMapCancelsItsRun() throws Exception {
    String file = sign().toString();
    try (ProcessPool pool = open(PATIENT)) {
      long pid = pool.call(PID);
      FutureTask<List<Integer>> caller =
          new FutureTask<>(() -> pool.map(n -> sleep(file), List.of(1, 2, 3)));
      Thread thread = Thread.ofPlatform().start(caller);
      Await.sign(sign());
      thread.interrupt();

      assertThatThrownBy(() -> caller.get(20, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(InterruptedException.class);
      assertThat(pool.call(PID)).isEqualTo(pid);
      assertThat(pool.snapshot().cancelled()).isEqualTo(3);
      assertThat(pool.snapshot().queued()).isZero();
    }
  }

  @Test
  void anInterruptedCallerOfCallCancelsItsTask() throws Exception {
    String file = sign().toString();
    try (ProcessPool pool = open()) {
      FutureTask<Integer> caller = new FutureTask<>(() -> pool.call(() -> sleep(file)));
      Thread thread = Thread.ofPlatform().start(caller);
      Await.sign(sign());
      thread.interrupt();

      assertThatThrownBy(() -> caller.get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(InterruptedException.class);
      Await.until("it has ended", () -> Await.workers(pool, WorkerState.BUSY) == 0);
    }
  }

  @Test
  void aTimeoutIsPerAttemptAndPerInputNotPerRun() throws Exception {
    try (ProcessPool pool = open()) {
      pool.call(() -> 1);
      Duration each = Duration.ofMillis(150);
      List<Integer> results =
          pool.map(
              n -> {
                Thread.sleep(each);
                return n;
              },
              IntStream.range(0, 40).boxed().toList(),
              MapOptions.named("patient").withTimeout(Duration.ofSeconds(5)));
      assertThat(results).hasSize(40);
    }
  }

  @Test
  void aTimeoutKillsAnUninterruptibleLoopInTime() throws Exception {
    String file = sign().toString();
    try (ProcessPool pool = open()) {
      pool.call(PID);
      long begun = System.nanoTime();
      TaskFuture<Integer> future =
          pool.submit(
              () -> spin(file), TaskOptions.named("loop").withTimeout(Duration.ofSeconds(1)));

      assertThat(Await.failure(future)).isInstanceOf(TaskTimeoutException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(9));
      assertThat(pool.call(() -> 1)).isEqualTo(1);
    }
  }

  @Test
  void whatIsStillQueuedIsCancelledWithoutAnyWorkerNoticing() throws Exception {
    String file = sign().toString();
    try (ProcessPool pool = open()) {
      TaskFuture<Integer> running = pool.submit(() -> sleep(file));
      Await.sign(sign());
      List<TaskFuture<Integer>> queued = List.of(pool.submit(() -> 1), pool.submit(() -> 2));
      queued.forEach(future -> future.cancel(true));

      assertThat(queued)
          .allSatisfy(
              future -> assertThatThrownBy(future::get).isInstanceOf(CancellationException.class));
      assertThat(running).isNotDone();
      running.cancel(true);
    }
  }
}
