package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.Cause;
import dev.outlive.failure.TaskTimeoutException;
import dev.outlive.monitor.PoolSnapshot.WorkerState;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.FullQueuePolicy;
import dev.outlive.task.Bytes;
import dev.outlive.task.MapOptions;
import dev.outlive.task.Outcome;
import dev.outlive.task.Task;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.NoLeaks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What waits for a worker: how much, for how long, and in which order. Budget: 5 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class QueueTest {
  @TempDir Path signs;

  private static ProcessPoolBuilder builder() {
    return ProcessPool.builder().name("queue").workers(1).jvmArgs(Await.QUICK_START);
  }

  private static Task<Long> waitingFor(Path sign) {
    String go = sign.toString();
    return () -> {
      Await.sign(Path.of(go));
      return System.nanoTime();
    };
  }

  /**
   * A pool's one worker runs a task that waits for the sign; where tasks take long none is at hand.
   */
  private TaskFuture<Long> occupy(ProcessPool pool, Path sign) throws InterruptedException {
    pool.call(() -> Thread.sleep(50));
    TaskFuture<Long> running = pool.submit(waitingFor(sign));
    Await.busyWorker(pool);
    return running;
  }

  /** Runs the call on a thread of its own and returns how it ended once it has. */
  private static CompletableFuture<@Nullable Throwable> inThread(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Thread[] thread) {
    CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
    thread[0] =
        Thread.ofPlatform()
            .start(
                () -> {
                  Throwable error = catchThrowable(call);
                  boolean flag = Thread.currentThread().isInterrupted();
                  end.complete(flag ? new IllegalStateException("flag is set", error) : error);
                });
    Await.until("it waits", () -> thread[0].getState() == Thread.State.WAITING);
    return end;
  }

  // ---- how much

  @Test
  void a_full_queue_rejects_and_takes_again_once_there_is_room() throws Exception {
    Path sign = signs.resolve("go");
    try (ProcessPool pool =
        builder()
            .queueLimit(1, Bytes.ofMebibytes(1))
            .whenQueueFull(FullQueuePolicy.REJECT)
            .build()) {
      TaskFuture<Long> running = occupy(pool, sign);
      TaskFuture<Integer> waits = pool.submit(() -> 1);
      assertThatThrownBy(() -> pool.submit(() -> 2))
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessageContaining("pool \"queue\": the queue is full: 1 tasks with")
          .hasMessageContaining("raise queueLimit");
      assertThat(pool.mapAsync(n -> n, List.of(1, 2, 3))).as("a run takes all").isNotDone();
      waits.cancel(true);
      TaskFuture<Integer> next = pool.submit(() -> 3);
      Files.createFile(sign);
      assertThat(Await.result(next)).isEqualTo(3);
      assertThat(Await.result(running)).isPositive();
    }
  }

  @Test
  void whoever_waits_for_room_goes_on_when_there_is_some_when_interrupted_and_at_the_end()
      throws Exception {
    Path sign = signs.resolve("go");
    try (ProcessPool pool = builder().queueLimit(1, Bytes.ofMebibytes(1)).build()) {
      occupy(pool, sign);
      TaskFuture<Integer> waits = pool.submit(() -> 1);
      Thread[] thread = new Thread[1];

      CompletableFuture<@Nullable Throwable> first = inThread(() -> pool.submit(() -> 2), thread);
      waits.cancel(true);
      assertThat(Await.result(first)).as("there is room").isNull();

      CompletableFuture<@Nullable Throwable> second = inThread(() -> pool.submit(() -> 3), thread);
      thread[0].interrupt();
      assertThat(Await.result(second))
          .hasMessage("flag is set")
          .cause()
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessageContaining("interrupted while waiting for room")
          .hasCauseInstanceOf(InterruptedException.class);

      CompletableFuture<@Nullable Throwable> third = inThread(() -> pool.call(() -> 4), thread);
      thread[0].interrupt();
      assertThat(Await.result(third)).isInstanceOf(InterruptedException.class);

      CompletableFuture<@Nullable Throwable> last = inThread(() -> pool.submit(() -> 5), thread);
      pool.shutdownNow();
      assertThat(Await.result(last))
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessageContaining("takes no more tasks");
    }
  }

  // ---- for how long

  @Test
  void a_task_that_waits_for_too_long_fails_and_says_so() throws Exception {
    Path sign = signs.resolve("go");
    try (ProcessPool pool =
        builder()
            .workers(1, 1)
            .queueTimeout(Duration.ofSeconds(2))
            .onTimeout(FailurePolicy.SKIP)
            .build()) {
      Await.until("a worker", () -> Await.workers(pool, WorkerState.IDLE) == 1);
      TaskFuture<Long> running = occupy(pool, sign);
      TaskFuture<Integer> late = pool.submit(() -> 1);
      assertThat(Await.failure(late))
          .isInstanceOf(TaskTimeoutException.class)
          .hasMessageContaining("never began: it waited for a worker for longer than 2000 ms");
      Outcome.TimedOut<Integer> outcome = (Outcome.TimedOut<Integer>) late.outcome();
      assertThat(outcome.error().diagnosis().cause()).isEqualTo(Cause.QUEUE_TIMEOUT);
      assertThat(outcome.limit()).isEqualTo(Duration.ofSeconds(2));
      assertThat(outcome.record().attempts()).isZero();
      List<@Nullable Integer> skipped = pool.map(n -> n, List.of(1, 2));
      assertThat(skipped).containsExactly(null, null);
      Files.createFile(sign);
      assertThat(Await.result(running)).as("what was at a worker is not late").isPositive();
    }
  }

  // ---- in which order

  @Test
  void the_highest_priority_goes_first_and_the_oldest_is_overtaken_twice_at_most()
      throws Exception {
    Path sign = signs.resolve("go");
    try (ProcessPool pool = builder().build()) {
      TaskFuture<Long> running = occupy(pool, sign);
      TaskFuture<Long> low =
          pool.submit(System::nanoTime, TaskOptions.named("low").withPriority(-5));
      TaskFuture<Long> usual = pool.submit(System::nanoTime, TaskOptions.named("usual"));
      TaskFuture<List<Long>> high =
          pool.mapAsync(
              n -> System.nanoTime(), List.of(1, 2, 3, 4), MapOptions.DEFAULTS.withPriority(5));
      Files.createFile(sign);
      record Ran(String what, long at) {}
      List<Ran> order = new ArrayList<>();
      order.add(new Ran("low", Await.result(low)));
      order.add(new Ran("usual", Await.result(usual)));
      Await.result(high).forEach(at -> order.add(new Ran("high", at)));
      order.sort(Comparator.comparingLong(Ran::at));
      assertThat(order)
          .extracting(Ran::what)
          .containsExactly("high", "high", "low", "high", "high", "usual");
      assertThat(Await.result(running)).isPositive();
    }
  }
}
