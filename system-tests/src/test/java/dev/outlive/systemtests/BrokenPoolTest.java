package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.PoolBrokenException;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.monitor.PoolSnapshot.State;
import dev.outlive.task.Outcome;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Workers that never get anywhere break their pool, and nobody waits for ever. Budget: 5 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class BrokenPoolTest {
  @TempDir Path home;
  private final Queue<PoolEvent> events = new ConcurrentLinkedQueue<>();

  /** A java that notes each start, and runs as the second argument says. */
  @BeforeEach
  void writeJava() throws IOException {
    Path java = Files.createDirectory(home.resolve("bin")).resolve("java");
    String real = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Files.writeString(
        java,
        """
        #!/bin/sh
        echo start >> '%1$s/starts'
        if [ "$(wc -l < '%1$s/starts')" -le "$FAILING_STARTS" ]; then
          echo 'out of luck' >&2
          exit 7
        fi
        exec '%2$s' "$@"
        """
            .formatted(home, real));
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private ProcessPoolBuilder failing(int starts) {
    return ProcessPool.builder()
        .name("broken")
        .workers(2)
        .javaHome(home)
        .environment("FAILING_STARTS", Integer.toString(starts))
        .restartLimit(10, Duration.ofMinutes(1))
        .listener(events::add);
  }

  private int starts() throws IOException {
    return Files.readAllLines(home.resolve("starts")).size();
  }

  @Test
  void tooManyEarlyDeathsBreakThePoolAndEveryWaitingFutureTellsTheFirstCauses() throws Exception {
    try (ProcessPool pool = failing(1_000).build()) {
      List<TaskFuture<?>> futures = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        futures.add(pool.submit(() -> 1));
      }
      futures.add(pool.mapAsync(n -> n, List.of(1, 2, 3)));
      for (TaskFuture<?> future : futures) {
        Throwable error = Await.failure(future);
        assertThat(error)
            .isInstanceOf(PoolBrokenException.class)
            .hasMessageContaining("pool \"broken\" is broken: 10 workers died early")
            .hasMessageContaining("exit status 7")
            .hasMessageContaining("out of luck");
        List<Diagnosis> causes = ((PoolBrokenException) error).causes();
        assertThat(causes).hasSize(10);
        assertThat(causes).extracting(Diagnosis::cause).containsOnly(Cause.START_FAILED);
        assertThat(causes)
            .allSatisfy(cause -> assertThat(cause.stderrTail()).contains("out of luck"));
        assertThat(error.getStackTrace())
            .as("the caller's stack at submit")
            .anyMatch(frame -> frame.getClassName().equals(BrokenPoolTest.class.getName()));
      }
      assertThat(futures)
          .extracting(TaskFuture::exceptionNow)
          .as("each has an exception of its own")
          .doesNotHaveDuplicates();
      assertThat(starts()).as("no storm").isLessThanOrEqualTo(12);

      assertThatThrownBy(() -> pool.submit(() -> 1))
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessageContaining("out of luck")
          .hasCauseInstanceOf(PoolBrokenException.class);
      assertThatThrownBy(() -> pool.map(n -> n, List.of(1)))
          .isInstanceOf(RejectedExecutionException.class)
          .hasCauseInstanceOf(PoolBrokenException.class);
      Await.until("the broken pool ends", pool::isTerminated);
      assertThat(pool.snapshot().state()).isEqualTo(State.TERMINATED);
      Await.until(
          "the listener hears of it",
          () -> events.stream().anyMatch(PoolEvent.PoolBroken.class::isInstance));
    }
  }

  @Test
  void thoseThatWaitInACallAreReleasedToo() throws Exception {
    try (ProcessPool pool = failing(1_000).restartLimit(2, Duration.ofSeconds(10)).build()) {
      assertThatThrownBy(() -> pool.call(() -> 1)).isInstanceOf(PoolBrokenException.class);
    }
    try (ProcessPool pool = failing(1_000).restartLimit(2, Duration.ofSeconds(10)).build()) {
      List<Outcome<Integer>> outcomes =
          pool.<Integer, Integer>outcomes(n -> n, List.of(1, 2)).toList();
      assertThat(outcomes)
          .hasSize(2)
          .allSatisfy(
              outcome ->
                  assertThat(((Outcome.Threw<Integer>) outcome).error())
                      .isInstanceOf(PoolBrokenException.class));
    }
  }

  @Test
  void aFewEarlyDeathsBreakNothing() throws Exception {
    try (ProcessPool pool = failing(3).build()) {
      TaskFuture<Integer> future = pool.submit(() -> 7);
      assertThat(Await.result(future)).isEqualTo(7);
      assertThat(future.outcome().record().attempts()).as("nobody is charged").isEqualTo(1);
      assertThat(pool.killedTasks()).isEmpty();
      assertThat(pool.snapshot().deaths()).isEqualTo(3);
      assertThat(pool.snapshot().state()).isEqualTo(State.OPEN);
      assertThat(starts()).isEqualTo(4);
    }
  }

  @Test
  void tasksThatKillTheirWorkersAreNoReasonToBreak() throws Exception {
    try (ProcessPool pool = failing(0).workers(1).restartLimit(2, Duration.ofSeconds(60)).build()) {
      for (int i = 0; i < 4; i++) {
        assertThat(Await.failure(pool.submit(() -> System.exit(1))))
            .hasMessageContaining("exit status 1");
      }
      assertThat(pool.call(() -> 7)).isEqualTo(7);
    }
  }
}
