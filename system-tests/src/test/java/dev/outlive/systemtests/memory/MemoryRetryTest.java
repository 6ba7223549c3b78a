package dev.outlive.systemtests.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.Cause;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.monitor.KilledTask;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.policy.MemoryPolicy;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.systemtests.Await;
import dev.outlive.systemtests.JavaWrapper;
import dev.outlive.task.Bytes;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A task that the kernel killed for memory is tried again when there is enough, in control groups
 * that other processes fill. A worker that does nothing holds some 32 MiB. Budget: 30 s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class MemoryRetryTest {
  private static final int LARGE_MEBIBYTES = 150;

  /** Together with the large task more than the group allows, so that the task does not fit. */
  private static final int BALLAST_MEBIBYTES = 170;

  private static final int GROUP_MEBIBYTES = 300;

  private final Events events = new Events();

  @TempDir private Path scratch;

  private ProcessPoolBuilder builder(MemoryGroup group) throws IOException {
    return ProcessPool.builder()
        .name("memory-retry")
        .workers(2)
        .jvmArgs(Await.QUICK_START)
        .maxHeap(Bytes.ofMebibytes(32))
        .memoryPolicy(MemoryPolicy.OFF)
        .javaHome(JavaWrapper.home(scratch.resolve("java"), group.joinAsVictim()))
        .listener(events);
  }

  // ---- two that do not fit together

  @Test
  void of_two_that_do_not_fit_together_one_is_killed_and_runs_again_alone() throws Exception {
    RetryPolicy again =
        RetryPolicy.on(Cause.KERNEL_OOM)
            .attempts(3)
            .whenMemoryAvailable(Duration.ofSeconds(60))
            .alone();
    try (MemoryGroup group = MemoryGroup.of(200);
        ProcessPool pool = builder(group).retry(again).build();
        Gate one = Gate.in(scratch, "one");
        Gate other = Gate.in(scratch, "other")) {
      String half = scratch.resolve("half").toString();
      TaskFuture<Span> first = large(pool, half + 1, one.path());
      TaskFuture<Span> second = large(pool, half + 2, other.path());
      Await.sign(Path.of(half + 1));
      Await.sign(Path.of(half + 2));
      other.open(); // the second takes what is left, and is killed as the larger one
      events.await(PoolEvent.WorkerDied.class); // its memory is back
      one.open();
      List<Span> small = new ArrayList<>();
      while (!first.isDone() || !second.isDone()) {
        small.add(pool.call(() -> Span.of(() -> Thread.sleep(2))));
      }

      assertThat(pool.killedTasks())
          .singleElement()
          .extracting(killed -> killed.diagnosis().cause(), KilledTask::retried)
          .containsExactly(Cause.KERNEL_OOM, true);
      assertThat(group.kills()).as("the kernel's own count").isEqualTo(1);
      Span beside = Await.result(first);
      Span alone = Await.result(second);
      assertThat(beside.attempt()).isEqualTo(1);
      assertThat(alone.attempt()).isEqualTo(2);
      assertThat(small).isNotEmpty().noneMatch(alone::overlaps);
      assertThat(alone.overlaps(beside)).isFalse();
    }
  }

  /** Takes 120 MiB: half of it, then says so and waits, then the other half. */
  private static TaskFuture<Span> large(ProcessPool pool, String sign, String gate) {
    return pool.submit(
        () ->
            Span.of(
                () -> {
                  try (OffHeap _ = OffHeap.take(60)) {
                    Files.write(Path.of(sign), new byte[0]);
                    Gate.pass(gate);
                    try (OffHeap _ = OffHeap.take(60)) {
                      Thread.sleep(300);
                    }
                  }
                }));
  }

  // ---- one that waits

  private static RetryPolicy waiting(Duration longest) {
    return RetryPolicy.on(Cause.KERNEL_OOM).attempts(3).whenMemoryAvailable(longest);
  }

  /**
   * A task whose first attempt has held much and given it back, wants it again once the gate is
   * open, and is then killed if it is not there. So it is the task itself that meets the limit: the
   * kernel may kill whoever does while another dies.
   */
  private TaskFuture<Span> seenLarge(ProcessPool pool, String gate) throws IOException {
    String seen = scratch.resolve("seen").toString();
    String free = scratch.resolve("free").toString();
    TaskFuture<Span> patient =
        pool.submit(
            () ->
                Span.of(
                    () -> {
                      try (OffHeap _ = OffHeap.take(LARGE_MEBIBYTES)) {
                        Await.sign(Path.of(seen));
                      }
                      Files.write(Path.of(free), new byte[0]);
                      Gate.pass(gate);
                      try (OffHeap _ = OffHeap.take(LARGE_MEBIBYTES)) {
                        Thread.sleep(100);
                      }
                    }),
            TaskOptions.named("patient"));
    Await.until(
        "the pool has seen what it holds",
        () ->
            pool.snapshot().workers().stream()
                .flatMapToLong(worker -> worker.residentBytes().stream())
                .anyMatch(bytes -> bytes > LARGE_MEBIBYTES * MemoryGroup.MEBI));
    Await.leaveSign(seen);
    Await.sign(Path.of(free));
    return patient;
  }

  private static List<String> atWork(ProcessPool pool) {
    return pool.snapshot().workers().stream()
        .flatMap(worker -> worker.work().stream())
        .map(PoolSnapshot.Work::name)
        .toList();
  }

  @Test
  void a_wait_that_ends_without_memory_fails_the_task_and_nothing_else() throws Exception {
    Duration longest = Duration.ofSeconds(12);
    try (MemoryGroup group = MemoryGroup.of(GROUP_MEBIBYTES);
        ProcessPool pool = builder(group).retry(waiting(longest)).build();
        Gate end = Gate.in(scratch, "end");
        Gate gate = Gate.in(scratch, "gate")) {
      TaskFuture<Span> beside = waitsAt(end.path(), pool);
      TaskFuture<Span> patient = seenLarge(pool, gate.path());
      try (Ballast _ = Ballast.of(BALLAST_MEBIBYTES, group)) {
        gate.open();
        PoolEvent.TaskWaitsForMemory waits = events.await(PoolEvent.TaskWaitsForMemory.class);
        assertThat(waits.attempt()).isEqualTo(2);
        assertThat(waits.neededBytes())
            .isBetween(LARGE_MEBIBYTES * MemoryGroup.MEBI, group.limitBytes());
        assertThat(waits.freeBytes())
            .isBetween(0L, group.limitBytes() - BALLAST_MEBIBYTES * MemoryGroup.MEBI);

        for (int i = 0; i < 20; i++) {
          int n = i;
          assertThat(pool.call(() -> n)).as("others go on").isEqualTo(n);
        }
        assertThat(events.of(PoolEvent.WorkerReady.class))
            .as("workers: not a fresh one for each call")
            .hasSizeLessThan(10);
        assertThat(patient).isNotDone();
        assertThat(atWork(pool)).doesNotContain("patient");
        assertThat(pool.snapshot().queued()).isEqualTo(1);

        Throwable error = Await.failure(patient);
        assertThat(error)
            .isInstanceOf(WorkerDiedException.class)
            .hasMessageContaining(new Bytes(waits.neededBytes()) + " of memory")
            .hasMessageMatching(
                "(?s).*waited (1[2-9]|[2-9][0-9])[0-9]{3} ms for .* MiB were free.*");
        assertThat(((WorkerDiedException) error).attempts())
            .singleElement()
            .satisfies(lost -> assertThat(lost.cause()).isEqualTo(Cause.KERNEL_OOM));
        assertThat(pool.call(() -> 7)).as("the pool goes on").isEqualTo(7);
      }
      end.open();
      assertThat(Await.result(beside).attempt()).as("what ran all the time").isEqualTo(1);
      assertThat(group.kills()).as("no second attempt was made").isEqualTo(1);
    }
  }

  private static TaskFuture<Span> waitsAt(String gate, ProcessPool pool) {
    return pool.submit(() -> Span.of(() -> Gate.pass(gate)), TaskOptions.named("beside"));
  }

  /** Where no other worker is in the group, the pool knows it from the one that died. */
  @ParameterizedTest(name = "another worker beside: {0}")
  @ValueSource(booleans = {true, false})
  void a_wait_ends_when_the_memory_is_back_and_not_before(boolean another) throws Exception {
    try (MemoryGroup group = MemoryGroup.of(GROUP_MEBIBYTES);
        ProcessPool pool = builder(group).retry(waiting(Duration.ofSeconds(60))).build();
        Gate end = Gate.in(scratch, "end");
        Gate gate = Gate.in(scratch, "gate")) {
      if (another) {
        waitsAt(end.path(), pool);
      }
      TaskFuture<Span> patient = seenLarge(pool, gate.path());
      long released;
      try (Ballast _ = Ballast.of(BALLAST_MEBIBYTES, group)) {
        gate.open();
        events.await(PoolEvent.TaskWaitsForMemory.class);
        for (int i = 0; i < 20; i++) {
          pool.call(() -> Thread.sleep(50)); // time to begin too early
        }
        assertThat(patient).isNotDone();
        assertThat(events.of(PoolEvent.TaskStarted.class))
            .noneMatch(started -> started.attempt() == 2);
        released = System.nanoTime();
      }
      Span span = Await.result(patient);
      assertThat(span.attempt()).isEqualTo(2);
      assertThat(span.beginNanos() - released).as("ns after the release").isPositive();
      assertThat(group.kills()).isEqualTo(1);
      assertThat(pool.snapshot().retried()).isEqualTo(1);
    }
  }
}
