package dev.outlive.systemtests.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.PoolOn;
import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.TaskTimeoutException;
import dev.outlive.failure.UndecodableException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.systemtests.Await;
import dev.outlive.task.MapFailedException;
import dev.outlive.task.MapOptions;
import dev.outlive.task.Outcome;
import dev.outlive.task.Task;
import dev.outlive.task.TaskContext;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A task in a real worker forges what the worker says, or returns what does harm where it is
 * decoded: its own future fails and says why, all others go on. Budget: 35 s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class HostileTaskTest {
  @TempDir Path scratch;

  private static ProcessPoolBuilder pool() {
    return ProcessPool.builder()
        .name("hostile")
        .workers(1)
        .grace(Duration.ofMillis(300))
        .jvmArgs(Await.QUICK_START);
  }

  private static void requireOpen(ProcessPool pool) throws Exception {
    assertThat(pool.call(() -> 7)).isEqualTo(7);
    assertThat(pool.snapshot().state()).isEqualTo(PoolSnapshot.State.OPEN);
  }

  // ---- what is forged

  @ParameterizedTest
  @EnumSource(Forgery.class)
  void a_task_that_forges_harms_itself_at_most(Forgery forgery) throws Exception {
    String sign = scratch.resolve("sign").toString();
    try (ProcessPool pool = pool().build()) {
      Task<String> liar =
          () -> {
            Await.sign(Path.of(sign));
            forgery.commit();
            return "the truth";
          };
      TaskFuture<String> first = pool.submit(liar);
      TaskFuture<Integer> behind = pool.submit(() -> 5);
      Await.busyWorker(pool);
      Files.createFile(Path.of(sign));
      if (forgery.told.isEmpty()) {
        assertThat(Await.result(first)).isEqualTo("the truth");
      } else {
        Throwable failure = Await.failure(first);
        assertThat(failure).isInstanceOf(WorkerDiedException.class);
        Diagnosis diagnosis = ((WorkerDiedException) failure).diagnosis();
        assertThat(diagnosis.cause()).isEqualTo(Cause.PROTOCOL);
        assertThat(diagnosis.summary()).contains(forgery.told);
        assertThat(failure).hasMessageContaining(forgery.told);
      }
      assertThat(Await.result(behind)).isEqualTo(5);
      assertThat(pool.snapshot().failed()).isEqualTo(forgery.told.isEmpty() ? 0 : 1);
      requireOpen(pool);
    }
  }

  // ---- what does harm where it is decoded

  /** What its decoding does. */
  enum Deed {
    EXIT,
    SLEEP,
    SPIN,
    THROW;

    void act() {
      switch (this) {
        case EXIT -> System.exit(3);
        case SLEEP -> {
          try {
            Thread.sleep(Duration.ofMinutes(5));
          } catch (InterruptedException e) {
            throw new CancellationException("interrupted");
          }
        }
        case SPIN -> {
          while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
          }
        }
        case THROW -> throw new IllegalStateException("not to be decoded");
      }
    }
  }

  /** Does it wherever it is decoded, or only where no task runs. */
  static final class Harmful implements Serializable {
    private final Deed deed;
    private final boolean everywhere;

    Harmful(Deed deed, boolean everywhere) {
      this.deed = deed;
      this.everywhere = everywhere;
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      if (everywhere || TaskContext.currentIfAny().isEmpty()) {
        deed.act();
      }
    }
  }

  /** An exception of the kind. */
  static final class HarmfulException extends RuntimeException {
    private final Harmful cargo;

    HarmfulException(Deed deed, boolean everywhere) {
      super("harmful");
      this.cargo = new Harmful(deed, everywhere);
    }
  }

  @Test
  void a_result_that_exits_when_it_is_decoded_ends_its_own_worker() throws Exception {
    try (ProcessPool pool = pool().build()) {
      Throwable failure = Await.failure(pool.submit(() -> new Harmful(Deed.EXIT, true)));
      assertThat(failure).isInstanceOf(WorkerDiedException.class);
      Diagnosis diagnosis = ((WorkerDiedException) failure).diagnosis();
      assertThat(diagnosis.cause()).isEqualTo(Cause.EXIT);
      assertThat(diagnosis.summary()).contains("Deed.act");
      requireOpen(pool);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SLEEP", "SPIN"})
  void a_result_that_hangs_when_it_is_decoded_is_ended_by_its_task_s_limit(Deed deed)
      throws Exception {
    TaskOptions limited = TaskOptions.named("limited").withTimeout(Duration.ofMillis(300));
    try (ProcessPool pool = pool().build()) {
      assertThat(Await.failure(pool.submit(() -> new Harmful(deed, true), limited)))
          .isInstanceOf(TaskTimeoutException.class);
      requireOpen(pool);
    }
  }

  @Test
  void a_result_that_throws_when_it_is_decoded_is_told_with_the_worker_s_stack() throws Exception {
    try (ProcessPool pool = pool().build()) {
      assertThat(Await.failure(pool.submit(() -> new Harmful(Deed.THROW, true))))
          .isInstanceOf(UndecodableException.class)
          .hasMessageContaining("not to be decoded")
          .rootCause()
          .satisfies(
              cause ->
                  assertThat(cause.getStackTrace())
                      .anyMatch(frame -> frame.getClassName().endsWith("TaskRunner")));
      assertThat(pool.snapshot().deaths()).isZero();
    }
  }

  @Test
  void an_exception_is_proved_as_a_result_is() throws Exception {
    Task<Integer> exits =
        () -> {
          throw new HarmfulException(Deed.EXIT, true);
        };
    Task<Integer> thrower =
        () -> {
          throw new HarmfulException(Deed.THROW, true);
        };
    try (ProcessPool pool = pool().build()) {
      assertThat(Await.failure(pool.submit(exits))).isInstanceOf(WorkerDiedException.class);
      assertThat(Await.failure(pool.submit(thrower))).hasMessageContaining("harmful");
      requireOpen(pool);
    }
  }

  // ---- what does harm here alone

  private static ProcessPoolBuilder impatient() {
    return PoolOn.decodeLimit(pool(), Duration.ofMillis(200));
  }

  @ParameterizedTest
  @EnumSource(names = {"SLEEP", "SPIN"})
  void what_hangs_here_alone_is_given_up_and_interrupted(Deed deed) throws Exception {
    try (ProcessPool pool = impatient().build()) {
      TaskFuture<Harmful> hangs = pool.submit(() -> new Harmful(deed, false));
      requireOpen(pool);
      requireGivenUp(Await.failure(hangs));
      requireOpen(pool);
    }
  }

  private static void requireGivenUp(Throwable failure) {
    assertThat(failure)
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("the limit is 200 ms");
    assertThat(failure.getCause().getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals(Deed.class.getName()));
  }

  @Test
  void an_exception_that_hangs_here_alone_is_told_as_its_copy() throws Exception {
    Task<Integer> hangs =
        () -> {
          throw new HarmfulException(Deed.SLEEP, false);
        };
    try (ProcessPool pool = impatient().build()) {
      Throwable failure = Await.failure(pool.submit(hangs));
      requireGivenUp(failure);
      assertThat(failure.getSuppressed()[0]).hasMessageContaining("harmful");
    }
  }

  private static Object harmfulIfTwo(int number) {
    return number == 2 ? new Harmful(Deed.SLEEP, false) : number;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void of_a_run_the_one_item_fails(int chunk) throws Exception {
    List<Integer> inputs = List.of(1, 2, 3, 4);
    try (ProcessPool pool = impatient().build()) {
      MapOptions skip = MapOptions.DEFAULTS.withChunk(chunk).withOnException(FailurePolicy.SKIP);
      assertThat(pool.map(HostileTaskTest::harmfulIfTwo, inputs, skip))
          .containsExactly(1, null, 3, 4);
      Throwable failed =
          Await.failure(
              pool.mapAsync(
                  HostileTaskTest::harmfulIfTwo, inputs, MapOptions.DEFAULTS.withChunk(chunk)));
      assertThat(failed).isInstanceOf(MapFailedException.class);
      requireGivenUp(failed.getCause());
      assertThat(((MapFailedException) failed).index()).isEqualTo(1);
      List<Outcome<Object>> outcomes =
          pool.outcomes(HostileTaskTest::harmfulIfTwo, inputs).toList();
      assertThat(outcomes).hasSize(4);
      assertThat(outcomes.stream().filter(outcome -> outcome instanceof Outcome.Threw<?>))
          .hasSize(1);
    }
  }

  @Test
  void what_hangs_here_when_the_pool_is_closed_is_given_up_too() throws Exception {
    TaskFuture<Harmful> hangs;
    try (ProcessPool pool = impatient().build()) {
      hangs = pool.submit(() -> new Harmful(Deed.SLEEP, false));
      Await.until("it is decoded here", HostileTaskTest::somebodyDecodes);
    }
    requireGivenUp(Await.failure(hangs));
  }

  private static boolean somebodyDecodes() {
    return Thread.getAllStackTraces().values().stream()
        .anyMatch(
            stack ->
                List.of(stack).stream()
                    .anyMatch(frame -> frame.getClassName().equals(Deed.class.getName())));
  }
}
