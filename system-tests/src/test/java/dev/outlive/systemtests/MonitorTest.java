package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.Cause;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.monitor.PoolSnapshot.Work;
import dev.outlive.monitor.PoolSnapshot.Worker;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.MapOptions;
import dev.outlive.task.TaskContext;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.task.TaskRecord;
import dev.outlive.task.TaskRecord.Ending;
import dev.outlive.testkit.Crash;
import dev.outlive.testkit.NoLeaks;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a pool tells of itself: records, a status page, events. Budget: 8 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class MonitorTest {
  private static final int LARGE = 96 << 20;

  @TempDir Path signs;

  private static ProcessPoolBuilder builder() {
    return ProcessPool.builder().name("monitor").workers(1).jvmArgs(Await.QUICK_START);
  }

  private static List<TaskRecord> records(ProcessPool pool) {
    return pool.records().toList();
  }

  private static Optional<Work> work(ProcessPool pool) {
    return pool.snapshot().workers().stream().flatMap(row -> row.work().stream()).findFirst();
  }

  @Test
  void each_way_to_end_is_a_record() throws Exception {
    Instant before = Instant.now();
    String begun = signs.resolve("begun").toString();
    try (ProcessPool pool = builder().grace(Duration.ofMillis(200)).build()) {
      long pid = pool.call(() -> ProcessHandle.current().pid());
      TaskFuture<Void> thrower =
          pool.submit(
              () -> {
                throw new IllegalStateException("as told");
              },
              TaskOptions.named("thrower"));
      assertThat(Await.failure(thrower)).hasMessageContaining("as told");
      Await.failure(pool.submit(Crash::sigkill, TaskOptions.named("victim")));
      Await.failure(
          pool.submit(Crash::hang, TaskOptions.named("late").withTimeout(Duration.ofMillis(100))));
      TaskFuture<Void> unwanted =
          pool.submit(
              () -> {
                Await.leaveSign(begun);
                Thread.sleep(Duration.ofMinutes(5));
              },
              TaskOptions.named("unwanted"));
      Await.sign(Path.of(begun));
      unwanted.cancel(true);
      Await.until("five records", () -> records(pool).size() == 5);

      List<TaskRecord> all = records(pool);
      assertThat(all)
          .extracting(TaskRecord::ending)
          .containsExactly(
              Ending.RETURNED, Ending.THREW, Ending.DIED, Ending.TIMED_OUT, Ending.CANCELLED);
      assertThat(all)
          .extracting(TaskRecord::name)
          .endsWith("thrower", "victim", "late", "unwanted");
      assertThat(all.subList(0, 3)).allSatisfy(one -> assertThat(one.pid()).isEqualTo(pid));
      assertThat(all).extracting(TaskRecord::worker).startsWith(1, 1, 1, 2);
      for (TaskRecord one : all.subList(0, 4)) {
        assertThat(one.attempts()).isEqualTo(1);
        assertThat(one.whenStarted().orElseThrow())
            .isBetween(one.submitted().minusMillis(1), one.finished());
      }
      assertThat(all).allSatisfy(one -> assertThat(one.submitted()).isAfterOrEqualTo(before));
      assertThat(all.get(2).lost().getFirst().cause()).isEqualTo(Cause.SIGKILL);
      assertThat(all.get(3).runTime().orElseThrow()).isGreaterThan(Duration.ofMillis(99));
      assertThat(thrower.outcome().record()).isEqualTo(all.get(1));
    }
  }

  @Test
  void each_input_of_a_run_is_a_record_and_the_oldest_are_forgotten() throws Exception {
    try (ProcessPool pool = builder().history(5).build()) {
      List<Integer> inputs = IntStream.range(0, 9).boxed().toList();
      pool.map(n -> n, inputs, MapOptions.named("run").withChunk(3));
      assertThat(records(pool)).extracting(TaskRecord::index).containsExactly(4, 5, 6, 7, 8);
      assertThatThrownBy(
              () ->
                  pool.map(
                      n -> {
                        if (n == 1) {
                          throw new IllegalStateException("one");
                        }
                        return n;
                      },
                      List.of(0, 1, 2, 3),
                      MapOptions.named("failing").withChunk(1)))
          .hasMessageContaining("one");
      assertThat(records(pool).subList(1, 5))
          .extracting(TaskRecord::ending)
          .containsExactly(Ending.RETURNED, Ending.THREW, Ending.CANCELLED, Ending.CANCELLED);
    }
    try (ProcessPool pool = builder().history(0).build()) {
      pool.call(() -> 1);
      assertThat(pool.records()).isEmpty();
    }
  }

  @Test
  void a_status_page_shows_what_workers_are_at_and_what_that_costs() throws Exception {
    String release = signs.resolve("release").toString();
    TaskFuture<Long> task;
    List<TaskRecord> records;
    try (ProcessPool pool = builder().build()) {
      task =
          pool.submit(
              () -> {
                byte[] large = new byte[LARGE];
                for (int i = 0; i < large.length; i += 1024) {
                  large[i] = 1;
                }
                TaskContext.current().progress(3, 10);
                Await.sign(Path.of(release));
                return (long) large.length;
              },
              TaskOptions.named("large"));
      TaskFuture<Integer> second = pool.submit(() -> 2, TaskOptions.named("behind"));
      Await.until("progress", () -> work(pool).filter(w -> w.progressDone() == 3).isPresent());
      Await.until(
          "it was looked at",
          () -> pool.snapshot().workers().getFirst().residentBytes().orElse(0) > LARGE);

      PoolSnapshot now = pool.snapshot();
      Worker row = now.workers().getFirst();
      assertThat(List.of(now.running(), now.queued())).containsExactly(1L, 1L);
      assertThat(row.task()).hasValue(1);
      assertThat(row.work())
          .hasValueSatisfying(
              at -> {
                assertThat(at.name()).isEqualTo("large");
                assertThat(at.attempt()).isEqualTo(1);
                assertThat(at.progressTotal()).isEqualTo(10);
                assertThat(at.runningFor()).isPositive();
              });
      assertThat(now.toString()).contains("\"monitor\" OPEN: 1 running, 1 queued");
      assertThat(now.toTable())
          .contains("large #0, attempt 1", "30 %", Long.toString(row.pid().orElseThrow()));
      Await.leaveSign(release);
      assertThat(Await.result(second)).isEqualTo(2);
      records = records(pool);
    }
    assertThat(Await.result(task)).isEqualTo(LARGE);
    TaskRecord large = records.getFirst();
    assertThat(large.peakMemory()).isNotNull();
    assertThat(large.peakMemory().count()).isGreaterThan(LARGE);
    assertThat(large.cpuTime()).isNotNull().isPositive();
    assertThat(large.cpuTime()).isLessThanOrEqualTo(large.runTime().orElseThrow());
  }

  @Test
  void events_follow_a_task_in_their_order() throws Exception {
    List<PoolEvent> heard = Collections.synchronizedList(new ArrayList<>());
    try (ProcessPool pool =
        builder()
            .listener(heard::add)
            .onCrash(FailurePolicy.SKIP)
            .retry(RetryPolicy.onCrash().attempts(2))
            .build()) {
      TaskFuture<Integer> task =
          pool.submit(
              () -> {
                if (TaskContext.current().attempt() == 1) {
                  Crash.sigkill();
                }
                return 1;
              },
              TaskOptions.named("work"));
      assertThat(Await.result(task)).isEqualTo(1);
    }
    Await.until("the end is told", () -> heard.contains(new PoolEvent.PoolTerminated()));
    assertThat(heard.stream().map(MonitorTest::inWords))
        .containsSubsequence(
            "submitted 1 work 1", "worker 1 ready", "started 1[0] #1 at 1", "worker 1 dying")
        .containsSubsequence(
            "worker 1 dying", "worker 1 died", "retried 1[0] after #1", "started 1[0] #2 at 2")
        .containsSubsequence("started 1[0] #2 at 2", "ended 1[0] RETURNED", "the end");
    assertThat(heard.stream().filter(PoolEvent.TaskEnded.class::isInstance)).hasSize(1);
    assertThat(heard.stream().filter(PoolEvent.TaskStarted.class::isInstance)).hasSize(2);
  }

  private static String inWords(PoolEvent event) {
    return switch (event) {
      case PoolEvent.TaskSubmitted e -> "submitted " + e.task() + " " + e.name() + " " + e.items();
      case PoolEvent.TaskStarted e ->
          "started " + e.task() + "[" + e.index() + "] #" + e.attempt() + " at " + e.worker();
      case PoolEvent.TaskRetried e ->
          "retried " + e.task() + "[" + e.index() + "] after #" + e.attempt();
      case PoolEvent.TaskEnded e ->
          "ended " + e.task() + "[" + e.record().index() + "] " + e.record().ending();
      case PoolEvent.WorkerReady e -> "worker " + e.worker() + " ready";
      case PoolEvent.WorkerDying e -> "worker " + e.worker() + " dying";
      case PoolEvent.WorkerDied e -> "worker " + e.worker() + " died";
      case PoolEvent.PoolBroken e -> "broken";
      case PoolEvent.PoolTerminated e -> "the end";
      default -> event.toString();
    };
  }
}
