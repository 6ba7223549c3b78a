package dev.outlive.systemtests.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.TaskTimeoutException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.os.ProcessIdentity;
import dev.outlive.systemtests.Await;
import dev.outlive.systemtests.process.ParentProgram.Ending;
import dev.outlive.systemtests.process.ParentProgram.State;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.Crash;
import dev.outlive.testkit.NoLeaks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * However a program with a pool ends, and whatever its workers are at, nothing of the pool's is
 * left. Budget: 50 s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class NothingLeftTest {
  /** The promise is 2 s, which the survival table measures; here others want the processor too. */
  private static final Duration GONE = Duration.ofSeconds(20);

  private static final Duration BOUND = Duration.ofSeconds(15);

  /** Less than anybody's grace or drain limit, and much more than what should be measured. */
  private static final Duration NEWS = Duration.ofMillis(1_500);

  /** What waits for the child is late each time, and a busy machine once. */
  private static final int TRIES = 3;

  @TempDir Path scratch;

  // ---- the parent is killed

  @ParameterizedTest
  @EnumSource
  void a_parent_is_killed(State state) throws Exception {
    try (Program parent = Program.start(scratch, ParentProgram.class, state, Ending.WAIT)) {
      parent.awaitLine(ParentProgram.READY);
      Await.until("its workers and guardian", () -> parent.started().size() >= 3);
      parent.kill();
      parent.awaitNothingLeft(GONE);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BUSY", "NATIVE_CHILDREN"})
  void a_parent_with_frozen_workers_is_killed(State state) throws Exception {
    try (Program parent = Program.start(scratch, ParentProgram.class, state, Ending.WAIT)) {
      parent.awaitLine(ParentProgram.READY);
      for (long worker : parent.workers()) {
        Signal.STOP.to(worker);
      }
      parent.kill();
      parent.awaitNothingLeft(GONE);
    }
  }

  @Test
  void a_guardian_is_killed_and_the_next_one_does_its_work() throws Exception {
    try (Program parent =
        Program.start(scratch, ParentProgram.class, State.PLAIN_CHILDREN, Ending.WAIT)) {
      parent.awaitLine(ParentProgram.READY);
      Await.until("a guardian", () -> parent.guardians().size() == 1);
      long first = parent.guardians().getFirst();
      Signal.KILL.to(first);
      Await.until(
          "another guardian",
          () -> parent.guardians().stream().anyMatch(guardian -> guardian != first));
      for (long worker : parent.workers()) {
        Signal.STOP.to(worker);
      }
      parent.kill();
      parent.awaitNothingLeft(GONE);
    }
  }

  @Test
  void parent_and_guardian_are_killed_at_once_and_the_next_start_sweeps() throws Exception {
    try (Program parent = Program.start(scratch, ParentProgram.class, State.BUSY, Ending.WAIT)) {
      parent.awaitLine(ParentProgram.READY);
      Await.until("a guardian", () -> parent.guardians().size() == 1);
      long guardian = parent.guardians().getFirst();
      Process both =
          new ProcessBuilder("sh", "-c", "kill -9 " + parent.pid() + " " + guardian)
              .inheritIO()
              .start();
      assertThat(both.waitFor()).isZero();
      Await.until(GONE, "the end of all", () -> parent.started().isEmpty());
      // unless a pool of some other program has started meanwhile, its directory is still there
      try (ProcessPool pool = ProcessPool.builder().workers(1).build()) {
        assertThat(pool.isShutdown()).isFalse();
        assertThat(parent.runDirectories()).isEmpty();
      }
    }
  }

  // ---- the parent ends

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"WAIT", "CLOSE", "COUNT_ZOMBIES"})
  void a_parent_ends_while_its_workers_are_busy(Ending ending) throws Exception {
    try (Program parent =
        Program.start(scratch, ParentProgram.class, State.NATIVE_CHILDREN, ending)) {
      parent.awaitLine(ParentProgram.READY);
      int status = parent.exitValue(BOUND);
      assertThat(status)
          .isEqualTo(
              switch (ending) {
                case EXIT -> ParentProgram.EXIT_STATUS;
                case THROW -> 1;
                default -> 0;
              });
      parent.awaitNothingLeft(GONE);
    }
  }

  @Test
  void a_parent_closes_its_pool() throws Exception {
    try (Program parent = Program.start(scratch, ParentProgram.class, State.IDLE, Ending.CLOSE)) {
      assertThat(parent.exitValue(BOUND)).isZero();
      parent.awaitNothingLeft(GONE);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"STARTING", "IDLE", "BUSY"})
  void a_parent_is_asked_to_end(State state) throws Exception {
    try (Program parent = Program.start(scratch, ParentProgram.class, state, Ending.WAIT)) {
      parent.awaitLine(ParentProgram.READY);
      Signal.TERM.to(parent.pid());
      assertThat(parent.exitValue(BOUND)).isEqualTo(143);
      parent.awaitNothingLeft(GONE);
    }
  }

  @Test
  void a_parent_that_is_process_1_leaves_no_zombie() throws Exception {
    List<String> namespace = List.of("unshare", "--pid", "--fork", "--kill-child", "--mount-proc");
    List<String> options = List.of("--enable-native-access=ALL-UNNAMED");
    try (Program parent =
        Program.start(
            scratch,
            namespace,
            options,
            ParentProgram.class,
            State.NATIVE_CHILDREN,
            Ending.COUNT_ZOMBIES)) {
      parent.awaitLine(ParentProgram.READY);
      assertThat(parent.readLine()).isEqualTo("pid 1 zombies []");
      assertThat(parent.exitValue(BOUND)).isZero();
    }
  }

  // ---- what a task leaves behind

  @ParameterizedTest
  @EnumSource
  void a_child_that_is_left_delays_no_news(Crash.Child how) throws Exception {
    Duration least = BOUND;
    try (ProcessPool pool = pool().build()) {
      for (int i = 0; i < TRIES && least.compareTo(NEWS) >= 0; i++) {
        long worker = pool.call(() -> ProcessHandle.current().pid());
        ProcessIdentity child = child(pool.call(() -> Crash.leaveChild(how)));
        TaskFuture<Void> future = sleeping(pool);
        long killed = System.nanoTime();
        Signal.KILL.to(worker);
        assertThat(Await.failure(future)).isInstanceOf(WorkerDiedException.class);
        least = Duration.ofNanos(System.nanoTime() - killed);
        Await.gone(GONE, child);
      }
    }
    assertThat(least).isLessThan(NEWS);
  }

  @ParameterizedTest
  @EnumSource
  void a_child_that_is_left_does_not_delay_close(Crash.Child how) throws Exception {
    Duration least = BOUND;
    for (int i = 0; i < TRIES && least.compareTo(NEWS) >= 0; i++) {
      ProcessIdentity child;
      long begun;
      try (ProcessPool pool = pool().grace(Duration.ofSeconds(10)).build()) {
        child = child(pool.call(() -> Crash.leaveChild(how)));
        begun = System.nanoTime();
      }
      least = Duration.ofNanos(System.nanoTime() - begun);
      Await.gone(GONE, child);
    }
    assertThat(least).isLessThan(NEWS);
  }

  // ---- frozen workers

  @Test
  void a_frozen_idle_worker_is_killed_by_close() throws Exception {
    try (ProcessPool pool = pool().build()) {
      Signal.STOP.to(pool.call(() -> ProcessHandle.current().pid()));
      long begun = System.nanoTime();
      pool.close();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOUND);
    }
  }

  @Test
  void a_frozen_busy_worker_is_killed_by_shutdownNow() throws Exception {
    try (ProcessPool pool = pool().build()) {
      TaskFuture<Void> future = frozen(pool);
      pool.shutdownNow();
      assertThat(pool.awaitTermination(BOUND.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
      assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void a_frozen_busy_worker_is_killed_by_its_limit() throws Exception {
    TaskOptions limited = TaskOptions.named("frozen").withTimeout(Duration.ofMillis(500));
    try (ProcessPool pool = pool().build()) {
      TaskFuture<Void> future = pool.submit(Crash::stop, limited);
      assertThatThrownBy(() -> future.get(BOUND.toMillis(), TimeUnit.MILLISECONDS))
          .hasCauseInstanceOf(TaskTimeoutException.class);
      assertThat(pool.call(() -> 7)).isEqualTo(7);
    }
  }

  @Test
  void a_frozen_busy_worker_is_killed_by_cancel() throws Exception {
    try (ProcessPool pool = pool().build()) {
      TaskFuture<Void> future = frozen(pool);
      assertThat(future.cancel(true)).isTrue();
      assertThat(pool.submit(() -> 7).get(BOUND.toMillis(), TimeUnit.MILLISECONDS)).isEqualTo(7);
    }
  }

  private TaskFuture<Void> frozen(ProcessPool pool) throws Exception {
    long worker = pool.call(() -> ProcessHandle.current().pid());
    String begun = scratch.resolve("begun").toString();
    TaskFuture<Void> future =
        pool.submit(
            () -> {
              Files.createFile(Path.of(begun));
              Thread.sleep(Duration.ofMinutes(10));
            });
    Await.until("it runs", () -> Files.exists(Path.of(begun)));
    Signal.STOP.to(worker);
    return future;
  }

  /** Submits a task and returns when it has begun: to be at a worker is not enough for that. */
  private TaskFuture<Void> sleeping(ProcessPool pool) throws Exception {
    Attempts attempts = Attempts.in(scratch);
    TaskFuture<Void> future =
        pool.submit(
            () -> {
              attempts.mark(1);
              Thread.sleep(Duration.ofMinutes(10));
            });
    Await.until("it runs", () -> !attempts.of(1).isEmpty());
    return future;
  }

  private static ProcessPoolBuilder pool() {
    return ProcessPool.builder().name("left").workers(1).grace(Duration.ofMillis(300));
  }

  private static ProcessIdentity child(long pid) {
    return ProcessIdentity.of(pid).orElseThrow();
  }
}
