package dev.outlive.systemtests.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.monitor.KilledTask;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.policy.MemoryPolicy;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.systemtests.Await;
import dev.outlive.systemtests.JavaWrapper;
import dev.outlive.task.Bytes;
import dev.outlive.task.TaskContext;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.Exhaust;
import dev.outlive.testkit.NoLeaks;
import dev.outlive.testkit.PoolAssert;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The ways to be killed for memory are counted apart, and tried again apart. Budget: 20 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class MemoryCountsTest {
  private static final int GROUP_MEBIBYTES = 400;

  private final Events events = new Events();

  @TempDir private Path scratch;

  private ProcessPoolBuilder builder(MemoryGroup group) throws IOException {
    return ProcessPool.builder()
        .name("counts")
        .workers(2)
        .jvmArgs(Await.QUICK_START)
        .maxHeap(Bytes.ofMebibytes(32))
        .javaHome(JavaWrapper.home(scratch.resolve("java"), group.joinAsVictim()))
        .listener(events);
  }

  @Test
  void each_way_to_be_killed_for_memory_has_its_own_count() throws Exception {
    try (MemoryGroup group = MemoryGroup.of(GROUP_MEBIBYTES);
        ProcessPool pool =
            builder(group)
                .memoryPerWorker(Bytes.ofMebibytes(250))
                .memoryPolicy(MemoryPolicy.keepFree(64L << 20, 48L << 20))
                .build();
        Gate gate = Gate.in(scratch, "gate")) {
      PoolAssert.assertDied(pool.submit(Exhaust::heap), Cause.HEAP_OOM);
      PoolAssert.assertDied(
          pool.submit(
              () -> {
                try (OffHeap _ = OffHeap.take(260, Duration.ofSeconds(2))) {
                  Thread.sleep(Await.LIMIT);
                }
              }),
          Cause.MEMORY_LIMIT);
      try (Ballast _ = Ballast.of(250, group)) {
        PoolAssert.assertDied(pool.submit(OffHeap::exhaust), Cause.KERNEL_OOM);
      }
      preemptOne(pool, group, gate);

      assertThat(pool.snapshot().lost())
          .isEqualTo(
              Map.of(
                  Cause.HEAP_OOM, 1L,
                  Cause.MEMORY_LIMIT, 1L,
                  Cause.KERNEL_OOM, 1L,
                  Cause.PREEMPTED, 1L));
      assertThat(pool.killedTasks())
          .extracting(killed -> killed.diagnosis().cause())
          .containsExactly(Cause.HEAP_OOM, Cause.MEMORY_LIMIT, Cause.KERNEL_OOM, Cause.PREEMPTED);
      assertThat(pool.killedTasks())
          .extracting(KilledTask::retried)
          .containsExactly(false, false, false, true);
      assertThat(pool.snapshot().failed()).isEqualTo(3);
    }
  }

  /** Of two that could be tried again. */
  private void preemptOne(ProcessPool pool, MemoryGroup group, Gate gate) throws Exception {
    TaskOptions again = TaskOptions.named("patient").withRetry(RetryPolicy.onCrash());
    String path = gate.path();
    TaskFuture<Span> one = pool.submit(() -> Span.of(() -> toldPass(path)), again);
    TaskFuture<Span> other = pool.submit(() -> Span.of(() -> toldPass(path)), again);
    Await.until(
        "both have begun", () -> begun(pool) == 2 && group.freeBytes() > 64 * MemoryGroup.MEBI);
    try (Ballast _ = Ballast.leaving(30, group)) {
      events.await(PoolEvent.TaskPreempted.class);
    }
    gate.open();
    assertThat(Await.result(one).attempt()).isEqualTo(1);
    assertThat(Await.result(other).attempt()).isEqualTo(1);
  }

  /** Says that it has begun, which is more than that a worker was given it. */
  private static void toldPass(String path) throws Exception {
    TaskContext.current().progress(0, 1);
    Gate.pass(path);
  }

  private static long begun(ProcessPool pool) {
    return pool.snapshot().workers().stream()
        .filter(worker -> worker.work().filter(work -> work.progressTotal() == 1).isPresent())
        .count();
  }

  @Test
  void each_policy_counts_the_causes_that_it_names() throws Exception {
    try (MemoryGroup group = MemoryGroup.of(128);
        ProcessPool pool =
            builder(group)
                .workers(1)
                .memoryPolicy(MemoryPolicy.OFF)
                .retry(
                    RetryPolicy.on(Cause.HEAP_OOM).attempts(3),
                    RetryPolicy.on(Cause.KERNEL_OOM).attempts(2))
                .build()) {
      TaskFuture<Integer> unlucky =
          pool.submit(
              () -> {
                switch (TaskContext.current().attempt()) {
                  case 1, 3 -> Exhaust.heap();
                  case 2 -> OffHeap.exhaust();
                  default -> {}
                }
                return TaskContext.current().attempt();
              });
      assertThat(unlucky.get()).isEqualTo(4);
      assertThat(unlucky.outcome().record().lost())
          .extracting(Diagnosis::cause)
          .containsExactly(Cause.HEAP_OOM, Cause.KERNEL_OOM, Cause.HEAP_OOM);
      assertThat(pool.snapshot().lost())
          .isEqualTo(Map.of(Cause.HEAP_OOM, 2L, Cause.KERNEL_OOM, 1L));

      WorkerDiedException died = (WorkerDiedException) Await.failure(pool.submit(OffHeap::exhaust));
      assertThat(died.attempts()).hasSize(2);
    }
  }
}
