package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.PoolBrokenException;
import dev.outlive.failure.RemoteError;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.monitor.PoolSnapshot.WorkerState;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.Crash;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** How many workers there are, when they come, and when they leave. Budget: 12 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class CrewTest {
  @TempDir Path signs;

  private static ProcessPoolBuilder builder() {
    return ProcessPool.builder().name("crew").jvmArgs(Await.QUICK_START);
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  private static long alive(ProcessPool pool) {
    return pool.snapshot().workers().stream()
        .filter(worker -> worker.state() != WorkerState.LEAVING)
        .filter(worker -> worker.state() != WorkerState.DYING)
        .count();
  }

  private static long pidOf(ProcessPool pool, WorkerState state) {
    return pool.snapshot().workers().stream()
        .filter(worker -> worker.state() == state)
        .mapToLong(worker -> worker.pid().orElseThrow())
        .findFirst()
        .orElseThrow();
  }

  private List<Path> signs() throws IOException {
    try (Stream<Path> files = Files.list(signs)) {
      return files.toList();
    }
  }

  // ---- how many

  @Test
  void grows_with_the_work_and_shrinks_to_the_least_without() throws Exception {
    Path sign = signs.resolve("go");
    String go = sign.toString();
    try (ProcessPool pool = builder().workers(1, 3).idleTimeout(Duration.ofMillis(50)).build()) {
      Await.until("the least is there", () -> Await.workers(pool, WorkerState.IDLE) == 1);
      long first = pidOf(pool, WorkerState.IDLE);
      List<TaskFuture<Long>> futures = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        futures.add(
            pool.submit(
                () -> {
                  Await.sign(Path.of(go));
                  return pid();
                }));
      }
      Await.until("three are at work", () -> Await.workers(pool, WorkerState.BUSY) == 3);
      assertThat(pool.snapshot().workers()).hasSize(3);
      Files.createFile(sign);
      Set<Long> pids = new HashSet<>();
      for (TaskFuture<Long> future : futures) {
        pids.add(Await.result(future));
      }
      assertThat(pids).hasSizeBetween(2, 3).contains(first);
      Await.until("one is left", () -> pool.snapshot().workers().size() == 1);
      assertThat(pool.snapshot().deaths()).as("leaving is no death").isZero();
      long left = pidOf(pool, WorkerState.IDLE);
      assertThat(ProcessHandle.of(left).orElseThrow().destroyForcibly()).isTrue();
      Await.until(
          "the last one is replaced without work",
          () ->
              pool.snapshot().workers().stream()
                  .anyMatch(
                      worker ->
                          worker.state() == WorkerState.IDLE && worker.pid().orElse(left) != left));
    }
  }

  @Test
  void a_spare_runs_the_next_task_at_once() throws Exception {
    String begun = signs.resolve("begun").toString();
    try (ProcessPool pool = builder().workers(1).warmSpares(1).build()) {
      TaskFuture<Void> doomed =
          pool.submit(
              () -> {
                Await.leaveSign(begun);
                Crash.hang();
              });
      TaskFuture<Long> next = pool.submit(CrewTest::pid);
      Await.until(
          "one is at work, the other ready",
          () ->
              Await.workers(pool, WorkerState.BUSY) == 1
                  && Await.workers(pool, WorkerState.IDLE) == 1);
      Await.sign(Path.of(begun));
      long spare = pidOf(pool, WorkerState.IDLE);
      assertThat(Await.busyWorker(pool).destroyForcibly()).isTrue();
      assertThat(Await.result(next)).isEqualTo(spare);
      assertThat(Await.failure(doomed)).isInstanceOf(WorkerDiedException.class);
    }
  }

  // ---- recycling

  @Test
  void a_fresh_process_for_each_task_and_each_says_farewell() throws Exception {
    String directory = signs.toString();
    Set<Long> pids = new HashSet<>();
    try (ProcessPool pool =
        builder()
            .workers(2)
            .recycleAfter(1)
            .grace(Await.LIMIT)
            .finalizer(() -> Files.createFile(Path.of(directory, Long.toString(pid()))))
            .build()) {
      for (long pid : pool.map(n -> pid(), IntStream.range(0, 5).boxed().toList())) {
        pids.add(pid);
      }
      assertThat(pids).hasSize(5);
      Await.until("nobody is late", () -> pool.snapshot().deaths() == 0 && alive(pool) <= 2);
    }
    assertThat(signs())
        .extracting(sign -> Long.parseLong(sign.getFileName().toString()))
        .containsAll(pids);
  }

  @Test
  void the_successor_is_ready_before_a_worker_has_had_all_its_tasks() throws Exception {
    Path sign = signs.resolve("go");
    String go = sign.toString();
    try (ProcessPool pool = builder().workers(1).recycleAfter(2).build()) {
      long first = pool.call(CrewTest::pid);
      TaskFuture<Long> last =
          pool.submit(
              () -> {
                Await.sign(Path.of(go));
                return pid();
              });
      TaskFuture<Long> next = pool.submit(CrewTest::pid);
      Await.until("the successor is ready", () -> Await.workers(pool, WorkerState.IDLE) == 1);
      long successor = pidOf(pool, WorkerState.IDLE);
      assertThat(last).isNotDone();
      assertThat(next).as("one is at work at a time").isNotDone();
      Files.createFile(sign);
      assertThat(Await.result(last)).isEqualTo(first);
      assertThat(Await.result(next)).isEqualTo(successor);
      Await.until("the first has left", () -> pool.snapshot().workers().size() == 1);
      assertThat(pool.snapshot().deaths()).isZero();
    }
  }

  // ---- what workers run beside tasks

  @Test
  void an_initializer_that_fails_in_a_third_of_the_starts_loses_no_task() throws Exception {
    String directory = signs.toString();
    try (ProcessPool pool =
        builder()
            .workers(2)
            .recycleAfter(1)
            .initializer(
                () -> {
                  if (number(Path.of(directory)) % 3 == 0) {
                    throw new IOException("no luck");
                  }
                })
            .build()) {
      List<Integer> inputs = IntStream.range(0, 9).boxed().toList();
      assertThat(pool.map(n -> n, inputs)).isEqualTo(inputs);
      PoolSnapshot now = pool.snapshot();
      assertThat(now.retried()).as("nobody is charged").isZero();
      assertThat(now.deaths()).as("starts have failed").isPositive();
    }
  }

  /** How many have asked for one before. */
  private static int number(Path directory) throws IOException {
    for (int i = 1; ; i++) {
      try {
        Files.createFile(directory.resolve("start-" + i));
        return i;
      } catch (java.nio.file.FileAlreadyExistsException e) {
        // the next one then
      }
    }
  }

  @Test
  void an_initializer_that_always_fails_is_named_and_is_the_cause() {
    try (ProcessPool pool =
        builder()
            .workers(2)
            .restartLimit(3, Duration.ofSeconds(60))
            .initializer(
                () -> {
                  throw new IOException("the licence server is down");
                })
            .build()) {
      PoolBrokenException broken =
          catchThrowableOfType(PoolBrokenException.class, () -> pool.call(() -> 1));
      assertThat(broken).hasMessageContaining("initializer");
      assertThat(broken.causes())
          .hasSize(3)
          .extracting(Diagnosis::cause)
          .containsOnly(Cause.INITIALIZER_FAILED);
      assertThat(broken.getCause())
          .isInstanceOf(RemoteError.class)
          .hasMessageContaining("the licence server is down");
      assertThat(((RemoteError) broken.getCause()).className()).isEqualTo("java.io.IOException");
      assertThat(broken.getCause().getStackTrace())
          .as("the worker's stack")
          .anyMatch(frame -> frame.getClassName().equals(CrewTest.class.getName()));
    }
  }

  @Test
  void a_finalizer_that_throws_or_hangs_keeps_nobody() throws Exception {
    try (ProcessPool pool =
        builder()
            .workers(1)
            .finalizer(
                () -> {
                  throw new IOException("nothing to clean");
                })
            .build()) {
      assertThat(pool.call(() -> 1)).isEqualTo(1);
    }
    long start = System.nanoTime();
    try (ProcessPool pool =
        builder().workers(1).grace(Duration.ofMillis(200)).finalizer(Crash::hang).build()) {
      assertThat(pool.call(() -> 1)).isEqualTo(1);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
  }
}
