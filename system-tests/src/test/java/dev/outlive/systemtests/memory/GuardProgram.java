package dev.outlive.systemtests.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.Cause;
import dev.outlive.monitor.KilledTask;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.policy.MemoryPolicy;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.systemtests.Await;
import dev.outlive.task.Bytes;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A program whose control group fills up; it asserts what its pool does about that. */
final class GuardProgram {
  private static final int WORKERS = 3;
  private static final int HOLD_MEBIBYTES = 200;
  private static final int PREEMPT_MEBIBYTES = 120;

  /** What is left free, so that the pool does what it does when memory is critical. */
  private static final int CRITICAL_MEBIBYTES = 60;

  /** What is left free, so that the pool starts no more. */
  private static final int LOW_MEBIBYTES = 150;

  private static final TaskOptions ONCE = TaskOptions.named("once").withRetry();
  private static final TaskOptions AGAIN =
      TaskOptions.named("again").withRetry(RetryPolicy.onCrash());

  /** What happens. */
  enum Scenario {
    TASKS_ARE_HELD_BACK,
    THE_NEWEST_THAT_CAN_BE_TRIED_AGAIN_IS_PREEMPTED,
    NEITHER_THE_LAST_ONE_NOR_ONE_WITHOUT_A_RETRY_IS_PREEMPTED
  }

  private final Events events = new Events();
  private final MemoryGroup group = MemoryGroup.ofThisProcess();
  private final Path scratch;

  private GuardProgram(Path scratch) throws IOException {
    this.scratch = scratch;
  }

  public static void main(String[] args) throws Exception {
    GuardProgram program = new GuardProgram(Path.of(args[1]));
    try (ProcessPool pool = program.builder().build()) {
      program.assertAllAtOnce(pool, "before");
      program.assertVictimsAreWorkers(pool);
      switch (Scenario.valueOf(args[0])) {
        case TASKS_ARE_HELD_BACK -> program.holdBack(pool);
        case THE_NEWEST_THAT_CAN_BE_TRIED_AGAIN_IS_PREEMPTED -> program.preempt(pool);
        case NEITHER_THE_LAST_ONE_NOR_ONE_WITHOUT_A_RETRY_IS_PREEMPTED -> program.spare(pool);
      }
    }
    System.out.println("done");
  }

  private ProcessPoolBuilder builder() {
    return ProcessPool.builder()
        .name("guard")
        .workers(WORKERS)
        .jvmArgs(Await.QUICK_START)
        .maxHeap(Bytes.ofMebibytes(32))
        .memoryPolicy(
            MemoryPolicy.keepFree(
                HOLD_MEBIBYTES * MemoryGroup.MEBI, PREEMPT_MEBIBYTES * MemoryGroup.MEBI))
        .listener(events);
  }

  /** None of these tasks ends before all have begun. */
  private void assertAllAtOnce(ProcessPool pool, String sign) throws Exception {
    String prefix = scratch.resolve(sign).toString();
    List<TaskFuture<Void>> all =
        IntStream.range(0, WORKERS).mapToObj(i -> pool.submit(() -> meet(prefix, i))).toList();
    for (TaskFuture<Void> one : all) {
      Await.result(one);
    }
  }

  private static void meet(String prefix, int mine) throws IOException {
    Await.leaveSign(prefix + mine);
    for (int i = 0; i < WORKERS; i++) {
      Await.sign(Path.of(prefix + i));
    }
  }

  private void assertVictimsAreWorkers(ProcessPool pool) throws IOException {
    int own = oomScore("self");
    for (PoolSnapshot.Worker worker : pool.snapshot().workers()) {
      assertThat(oomScore(Long.toString(worker.pid().getAsLong()))).isGreaterThan(own);
    }
  }

  private static int oomScore(String process) throws IOException {
    return Integer.parseInt(Files.readString(Path.of("/proc", process, "oom_score_adj")).strip());
  }

  private static Span waitAt(String gate) throws Exception {
    return Span.of(() -> Gate.pass(gate));
  }

  private void awaitAtWork(ProcessPool pool, int tasks) {
    Await.until(tasks + " at work", () -> pool.snapshot().running() == tasks);
  }

  private PoolEvent.MemoryLow awaitLow() {
    PoolEvent.MemoryLow low = events.await(PoolEvent.MemoryLow.class);
    assertThat(low.limitBytes()).isEqualTo(HOLD_MEBIBYTES * MemoryGroup.MEBI);
    assertThat(low.freeBytes()).isBetween(0L, low.limitBytes() - 1);
    assertThat(low.totalBytes()).isEqualTo(group.limitBytes());
    assertThat(low.place()).contains(group.path());
    assertThat(low.stalledPercent()).isBetween(0.0, 100.0);
    return low;
  }

  // ---- scenarios

  private void holdBack(ProcessPool pool) throws Exception {
    assertThat(events.of(PoolEvent.MemoryLow.class)).as("there is enough").isEmpty();
    List<TaskFuture<Span>> all = new ArrayList<>();
    try (Gate gate = Gate.in(scratch, "gate")) {
      String path = gate.path();
      all.add(
          pool.submit(
              () ->
                  Span.of(
                      () -> {
                        Gate.pass(path);
                        Thread.sleep(Duration.ofSeconds(2)); // time for others to begin
                      })));
      awaitAtWork(pool, 1);
      try (Ballast _ = Ballast.leaving(LOW_MEBIBYTES, group)) {
        awaitLow();
        for (int i = 0; i < 2 * WORKERS; i++) {
          all.add(pool.submit(() -> Span.of(() -> Thread.sleep(100))));
        }
        gate.open();
        for (TaskFuture<Span> one : all) {
          Await.result(one);
        }
        assertThat(events.of(PoolEvent.MemoryBack.class)).as("it is not back").isEmpty();
      }
    }
    for (TaskFuture<Span> one : all) {
      for (TaskFuture<Span> other : all) {
        assertThat(one != other && one.join().overlaps(other.join()))
            .as("one at a time: %s and %s", one.join(), other.join())
            .isFalse();
      }
    }
    PoolEvent.MemoryBack back = events.await(PoolEvent.MemoryBack.class);
    assertThat(back.limitBytes()).isEqualTo(HOLD_MEBIBYTES * MemoryGroup.MEBI);
    assertThat(back.freeBytes()).isBetween(back.limitBytes(), group.limitBytes());
    assertThat(back.place()).contains(group.path());
    assertAllAtOnce(pool, "after");
    assertThat(pool.killedTasks()).isEmpty();
    assertThat(events.of(PoolEvent.MemoryLow.class)).as("told once").hasSize(1);
  }

  private void preempt(ProcessPool pool) throws Exception {
    String begun = scratch.resolve("begun").toString();
    try (Gate gate = Gate.in(scratch, "gate")) {
      String path = gate.path();
      TaskFuture<Span> oldest = pool.submit(() -> waitAt(path), AGAIN);
      awaitAtWork(pool, 1);
      TaskFuture<Span> newer =
          pool.submit(
              () ->
                  Span.of(
                      () -> {
                        try (OffHeap _ = OffHeap.take(100)) {
                          Files.write(Path.of(begun), new byte[0]);
                          Gate.pass(path);
                        }
                      }),
              AGAIN);
      Await.sign(Path.of(begun));
      TaskFuture<Span> newest = pool.submit(() -> waitAt(path), ONCE);
      awaitAtWork(pool, WORKERS);

      try (Ballast _ = Ballast.leaving(CRITICAL_MEBIBYTES, group)) {
        PoolEvent.TaskPreempted preempted = events.await(PoolEvent.TaskPreempted.class);
        assertThat(preempted.attempt()).isEqualTo(1);
        assertThat(preempted.limitBytes()).isEqualTo(PREEMPT_MEBIBYTES * MemoryGroup.MEBI);
        assertThat(preempted.freeBytes()).isBetween(0L, preempted.limitBytes() - 1);
        PoolEvent.WorkerDied died = events.await(PoolEvent.WorkerDied.class);
        assertThat(died.worker()).isEqualTo(preempted.worker());
        assertThat(died.diagnosis().cause()).isEqualTo(Cause.PREEMPTED);
        assertThat(events.all().indexOf(preempted)).isLessThan(events.all().indexOf(died));
        gate.open();
        assertThat(Await.result(oldest).attempt()).isEqualTo(1);
        assertThat(Await.result(newest).attempt()).isEqualTo(1);
        assertThat(Await.result(newer).attempt()).as("none was used").isEqualTo(1);
      }

      assertThat(newer.outcome().record().attempts()).isEqualTo(1);
      assertThat(pool.killedTasks())
          .singleElement()
          .extracting(KilledTask::function, KilledTask::attempt, KilledTask::retried)
          .containsExactly("again", 1, true);
      assertThat(pool.snapshot().lost()).isEqualTo(Map.of(Cause.PREEMPTED, 1L));
      assertThat(pool.snapshot().failed()).isZero();
      assertThat(events.of(PoolEvent.TaskPreempted.class)).hasSize(1);
    }
  }

  private void spare(ProcessPool pool) throws Exception {
    try (Gate gate = Gate.in(scratch, "gate")) {
      String path = gate.path();
      List<TaskFuture<Span>> all = new ArrayList<>();
      for (int i = 0; i < WORKERS; i++) {
        all.add(
            pool.submit(
                () ->
                    Span.of(
                        () -> {
                          Gate.pass(path);
                          Thread.sleep(Duration.ofSeconds(2)); // time to be preempted
                        }),
                ONCE));
      }
      awaitAtWork(pool, WORKERS);
      try (Ballast _ = Ballast.leaving(CRITICAL_MEBIBYTES, group)) {
        awaitLow();
        gate.open();
        all.add(pool.submit(() -> Span.of(() -> Thread.sleep(Duration.ofSeconds(2))), AGAIN));
        for (TaskFuture<Span> one : all) {
          assertThat(Await.result(one).attempt()).isEqualTo(1);
        }
      }
      Span alone = all.getLast().join();
      assertThat(all.subList(0, WORKERS)).noneMatch(one -> one.join().overlaps(alone));
      assertThat(events.of(PoolEvent.TaskPreempted.class)).isEmpty();
      assertThat(pool.killedTasks()).isEmpty();
      assertThat(pool.snapshot().deaths()).isZero();
    }
  }
}
