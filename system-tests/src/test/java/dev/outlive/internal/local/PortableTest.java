package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outlive.PoolOn;
import dev.outlive.ProcessPool;
import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.TaskTimeoutException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.internal.pool.Crew;
import dev.outlive.internal.pool.MemoryRules;
import dev.outlive.internal.pool.PoolRules;
import dev.outlive.os.StartLine;
import dev.outlive.policy.RestartLimit;
import dev.outlive.task.Action;
import dev.outlive.task.Bytes;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.Crash;
import dev.outlive.testkit.Exhaust;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Where there is no setsid, or no sh, workers run, die and are diagnosed as everywhere. Budget: 15
 * s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class PortableTest {
  private static ProcessPool pool(StartLine line) throws IOException {
    LocalSettings settings =
        new LocalSettings(
            "portable",
            1,
            Path.of(System.getProperty("java.home")),
            new MemoryLimits(
                Optional.of(Bytes.ofMebibytes(64)), Optional.empty(), Optional.empty(), false),
            true,
            List.of(),
            List.of(),
            Map.of(),
            Optional.empty(),
            64 << 20,
            Duration.ofMillis(300),
            Duration.ofSeconds(30),
            false,
            false,
            true);
    PoolRules rules =
        new PoolRules(
            Crew.of(1),
            Duration.ofSeconds(30).toNanos(),
            Duration.ofMillis(300).toNanos(),
            Duration.ofSeconds(30).toNanos(),
            Long.MAX_VALUE,
            MemoryRules.NONE,
            new RestartLimit(10, Duration.ofSeconds(10)),
            1);
    return PoolOn.backend(
        ProcessPool.builder().name("portable").workers(1), rules, new LocalBackend(settings, line));
  }

  private static Diagnosis death(ProcessPool pool, Action way) {
    return catchThrowableOfType(WorkerDiedException.class, () -> pool.call(way)).diagnosis();
  }

  @ParameterizedTest
  @EnumSource
  void tasks_run_and_what_they_print_does_no_harm(StartLine line) throws Exception {
    List<Integer> inputs = IntStream.range(0, 200).boxed().toList();
    try (ProcessPool pool = pool(line)) {
      List<Integer> squares =
          pool.map(
              n -> {
                System.out.println("stdout " + n);
                System.err.println("stderr " + n);
                return n * n;
              },
              inputs);
      assertThat(squares).isEqualTo(inputs.stream().map(n -> n * n).toList());
      assertThat(pool.call(() -> System.in.read())).isEqualTo(-1);
      assertThat(pool.call(() -> new byte[4 << 20])).hasSize(4 << 20);
      assertThat(pool.snapshot().deaths()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void deaths_are_diagnosed(StartLine line) throws Exception {
    try (ProcessPool pool = pool(line)) {
      Diagnosis exit =
          death(
              pool,
              () -> {
                System.err.println("last words");
                Crash.exit(3);
              });
      assertThat(exit.cause()).isEqualTo(Cause.EXIT);
      assertThat(exit.exitValue()).hasValue(3);
      assertThat(exit.stderrTail()).contains("last words");
      assertThat(death(pool, Crash::sigkill).cause()).isEqualTo(Cause.SIGKILL);
      assertThat(death(pool, Exhaust::heap).cause()).isEqualTo(Cause.HEAP_OOM);
      assertThat(pool.call(() -> 7)).isEqualTo(7);
    }
  }

  @ParameterizedTest
  @EnumSource
  void limits_and_cancelling_end_a_task(StartLine line) throws Exception {
    try (ProcessPool pool = pool(line)) {
      TaskFuture<Void> late =
          pool.submit(Crash::hang, TaskOptions.named("late").withTimeout(Duration.ofMillis(500)));
      assertThat(catchThrowableOfType(ExecutionException.class, late::get))
          .hasCauseInstanceOf(TaskTimeoutException.class);
      TaskFuture<Void> cancelled = pool.submit(Crash::hang);
      cancelled.cancel(true);
      assertThat(catchThrowableOfType(CancellationException.class, cancelled::get)).isNotNull();
      assertThat(pool.call(() -> 7)).isEqualTo(7);
      TaskFuture<Void> busy = pool.submit(Crash::hang);
      pool.shutdownNow();
      assertThat(catchThrowableOfType(CancellationException.class, busy::get)).isNotNull();
    }
  }
}
