package dev.outlive.systemtests.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outlive.PoolOn;
import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.PoolBrokenException;
import dev.outlive.failure.UndecodableException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.systemtests.Await;
import dev.outlive.systemtests.process.FakeWorker.Lie;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process in a worker's place lies on the link and in the page: one attempt or one worker is
 * affected, by a typed outcome, and the pool goes on. Budget: 32 s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class HostileFrameTest {
  @TempDir Path scratch;

  /** Makes a JDK whose java lies: the first time, or every time. */
  private Path javaHome(Lie lie, boolean always) throws IOException {
    Path bin = Files.createDirectories(scratch.resolve("jdk").resolve("bin"));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String once = always ? "true" : "mkdir '" + scratch.resolve("used") + "' 2>/dev/null";
    String fake =
        java
            + " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '"
            + System.getProperty("java.class.path")
            + "' "
            + FakeWorker.class.getName()
            + " "
            + lie;
    Path script = bin.resolve("java");
    Files.writeString(
        script,
        String.format(
            "#!/bin/sh%nif %s; then exec %s \"$@\"; fi%nexec %s \"$@\"%n", once, fake, java));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return scratch.resolve("jdk");
  }

  private ProcessPoolBuilder pool(Lie lie, boolean always) throws IOException {
    return ProcessPool.builder()
        .name("hostile")
        .workers(1)
        .javaHome(javaHome(lie, always))
        .grace(Duration.ofMillis(300))
        .startTimeout(lie == Lie.SILENCE ? Duration.ofSeconds(3) : Duration.ofSeconds(30));
  }

  private static int answer() {
    return FakeWorker.ANSWER;
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "GARBAGE_AT_START",
        "EMPTY_PROMISE",
        "BYE_UNASKED",
        "PAGE_OF_ONES",
        "SILENCE",
        "OTHER_DELIVERY",
        "ANSWER_TWICE",
        "READY_TWICE"
      })
  void a_lie_costs_one_attempt_at_most(Lie lie) throws Exception {
    try (ProcessPool pool = pool(lie, false).retry(RetryPolicy.onCrash().attempts(2)).build()) {
      assertThat(pool.call(HostileFrameTest::answer)).isEqualTo(FakeWorker.ANSWER);
      assertThat(pool.call(HostileFrameTest::answer)).isEqualTo(FakeWorker.ANSWER);
      assertThat(pool.snapshot().state()).isEqualTo(PoolSnapshot.State.OPEN);
      assertThat(pool.snapshot().done()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "GARBAGE",
        "BIT_FLIP_IN_HEADER",
        "BIT_FLIP_IN_BODY",
        "ABSURD_LENGTH",
        "WRONG_VERSION",
        "POOLS_WORDS",
        "WRONG_ITEM",
        "WITHDRAWN_UNASKED"
      })
  void a_lie_is_told_by_its_name(Lie lie) throws Exception {
    try (ProcessPool pool = pool(lie, false).build()) {
      Diagnosis diagnosis =
          catchThrowableOfType(WorkerDiedException.class, () -> pool.call(HostileFrameTest::answer))
              .diagnosis();
      assertThat(diagnosis.cause()).isEqualTo(Cause.PROTOCOL);
      assertThat(diagnosis.summary()).contains("what it sent is no answer: ");
      assertThat(diagnosis.evidence())
          .anyMatch(evidence -> evidence.toString().contains("seen before the kill"));
      assertThat(pool.call(HostileFrameTest::answer)).isEqualTo(FakeWorker.ANSWER);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"UNDECODABLE_RESULT", "UNDECODABLE_ERROR"})
  void what_cannot_be_decoded_is_that_tasks_failure(Lie lie) throws Exception {
    try (ProcessPool pool = pool(lie, true).build()) {
      for (int i = 0; i < 3; i++) {
        Throwable failure =
            catchThrowableOfType(RuntimeException.class, () -> pool.call(HostileFrameTest::answer));
        assertThat(failure).isNotNull();
        assertThat(failure).hasMessageContaining("hostile");
      }
      assertThat(pool.snapshot().deaths()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "FOREIGN_CLASS; .allowResults(\"java.security.CodeSource\")",
        "HUGE_ARRAY; boolean[] of 2,147,483,639 elements",
        "BOTTOMLESS; nested",
        "OTHER_VERSION; serialVersionUID"
      })
  void a_hostile_result_fails_its_future_and_says_how(Lie lie, String told) throws Exception {
    try (ProcessPool pool = pool(lie, true).build()) {
      for (int i = 0; i < 2; i++) {
        assertThat(Await.failure(pool.submit(HostileFrameTest::answer)))
            .isInstanceOf(UndecodableException.class)
            .hasMessageContaining("hostile")
            .hasMessageContaining(told);
      }
      assertThat(pool.snapshot().deaths()).isZero();
      assertThat(pool.snapshot().state()).isEqualTo(PoolSnapshot.State.OPEN);
    }
  }

  @Test
  void a_result_that_takes_for_ever_to_decode_holds_up_its_own_future_alone_and_that_not_long()
      throws Exception {
    try (ProcessPool pool =
        PoolOn.decodeLimit(pool(Lie.HASH_BOMB, false), Duration.ofMillis(200)).build()) {
      TaskFuture<Integer> bomb = pool.submit(HostileFrameTest::answer);
      assertThat(Await.failure(bomb))
          .isInstanceOf(UndecodableException.class)
          .hasMessageContaining("was not decoded after")
          .hasMessageContaining("the limit is 200 ms")
          .satisfies(
              error ->
                  assertThat(error.getCause().getStackTrace())
                      .anyMatch(frame -> frame.getMethodName().equals("hashCode")));
      assertThat(pool.snapshot().deaths()).isZero();
    } finally {
      Payloads.Fuse.out = true;
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"GARBAGE_AT_START", "SILENCE"})
  void a_pool_of_liars_breaks(Lie lie) throws Exception {
    try (ProcessPool pool =
        pool(lie, true)
            .startTimeout(Duration.ofSeconds(1))
            .restartLimit(2, Duration.ofMinutes(1))
            .build()) {
      PoolBrokenException broken =
          catchThrowableOfType(
              PoolBrokenException.class, () -> pool.call(HostileFrameTest::answer));
      assertThat(broken.causes()).isNotEmpty();
    }
  }

  @Test
  void a_javaHome_without_java_breaks_the_pool_with_its_reason() {
    try (ProcessPool pool =
        ProcessPool.builder()
            .name("hostile")
            .workers(1)
            .javaHome(scratch)
            .restartLimit(2, Duration.ofMinutes(1))
            .build()) {
      assertThatThrownBy(() -> pool.call(HostileFrameTest::answer))
          .isInstanceOf(PoolBrokenException.class)
          .hasMessageContaining(scratch.toString());
    }
  }
}
