package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.TaskTimeoutException;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.task.Action;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.Crash;
import dev.outlive.testkit.NoLeaks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A limit of one second is one second, whatever the task is at; and what it was at is told. Budget:
 * 15 s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class HonestTimeoutTest {
  @TempDir Path directory;

  private static final Duration LIMIT = Duration.ofSeconds(1);
  private static final int SIGTERM = 15;

  /** The limit, 250 ms for the stacks, and what a loaded machine adds. */
  private static final Duration BOUND = LIMIT.plusMillis(250).plusSeconds(3);

  private static final int TRIES = 5;

  /** The dump has 250 ms, in which a thread may get no processor: the evidence says so then. */
  private static boolean hadNoTime(Diagnosis diagnosis) {
    return diagnosis.evidence().toString().contains("within 250 ms");
  }

  private static Diagnosis timedOut(Action task) throws Exception {
    Diagnosis diagnosis = timedOut(() -> {}, task);
    for (int i = 1; i < TRIES && hadNoTime(diagnosis); i++) {
      diagnosis = timedOut(() -> {}, task);
    }
    return diagnosis;
  }

  /** With what the worker runs before, for as long as it takes. */
  private static Diagnosis timedOut(Action before, Action task) throws Exception {
    try (ProcessPool pool = ProcessPool.builder().name("honest").workers(1).build()) {
      Await.result(pool.submit(before));
      long pid = pool.call(() -> ProcessHandle.current().pid());
      long begun = System.nanoTime();
      Throwable error =
          Await.failure(pool.submit(task, TaskOptions.named("late").withTimeout(LIMIT)));
      Duration gone = Duration.ofNanos(System.nanoTime() - begun);
      assertThat(ProcessHandle.of(pid)).as("its process").isEmpty();
      assertThat(pool.call(() -> ProcessHandle.current().pid())).isNotEqualTo(pid);
      Duration refilled = Duration.ofNanos(System.nanoTime() - begun);
      System.out.println("timeout of 1 s: gone after " + gone + ", refilled after " + refilled);

      assertThat(error).isInstanceOf(TaskTimeoutException.class);
      assertThat(gone).isBetween(LIMIT, BOUND);
      Diagnosis diagnosis = ((TaskTimeoutException) error).diagnosis();
      assertThat(diagnosis.cause()).isEqualTo(Cause.TIMEOUT);
      return diagnosis;
    }
  }

  @Test
  void inALoop() throws Exception {
    Diagnosis diagnosis = timedOut(Crash::hang);
    assertThat(diagnosis.stacks()).contains("outlive-task").contains("Crash.hang");
    assertThat(diagnosis.summary()).contains("Crash.hang");
    assertThat(diagnosis.stderrTail()).as("the dump is no output").doesNotContain("Full thread");
  }

  @Test
  void whileItSwallowsInterrupts() throws Exception {
    Diagnosis diagnosis =
        timedOut(
            () -> {
              CountDownLatch never = new CountDownLatch(1);
              while (true) {
                try {
                  never.await();
                } catch (InterruptedException e) {
                  // this is what the test is about
                }
              }
            });
    assertThat(diagnosis.stacks()).contains("HonestTimeoutTest");
  }

  @Test
  void whileItIgnoresSigterm() throws Exception {
    timedOut(
        () -> {},
        () -> {
          Crash.ignoreSignal(SIGTERM);
          Crash.hang();
        });
  }

  @Test
  void inNativeCode() throws Exception {
    Diagnosis diagnosis = timedOut(() -> Crash.sleepNative(600));
    assertThat(diagnosis.stacks()).contains("sleepNative");
  }

  @Test
  void inACriticalNativeCall() throws Exception {
    Diagnosis diagnosis =
        timedOut(() -> Crash.sleepCritical(0), () -> Crash.sleepCritical(600)); // linked by then
    assertThat(diagnosis.stacks()).contains("outlive-task");
    assertThat(diagnosis.evidence().toString()).contains("No safepoint was reached");
  }

  @Test
  void aCancelTellsStacksWhereAsked() throws Exception {
    Diagnosis diagnosis = cancelled(true);
    for (int i = 1; i < TRIES && hadNoTime(diagnosis); i++) {
      diagnosis = cancelled(true);
    }
    assertThat(diagnosis.stacks()).contains("Crash.hang");
    assertThat(cancelled(false).stacks()).doesNotContain("Crash.hang");
  }

  private Diagnosis cancelled(boolean stacks) throws Exception {
    BlockingQueue<Diagnosis> deaths = new LinkedBlockingQueue<>();
    try (ProcessPool pool =
        ProcessPool.builder()
            .name("cancel")
            .workers(1)
            .grace(Duration.ofMillis(100))
            .stacksOnCancel(stacks)
            .listener(
                event -> {
                  if (event instanceof PoolEvent.WorkerDied died) {
                    deaths.add(died.diagnosis());
                  }
                })
            .build()) {
      pool.call(() -> Crash.undecodableException("its class is loaded by then").getMessage());
      Path sign = directory.resolve("begun-" + UUID.randomUUID());
      String file = sign.toString();
      TaskFuture<Void> future =
          pool.submit(
              () -> {
                Await.leaveSign(file);
                Crash.hang();
              });
      Await.sign(sign);
      assertThat(future.cancel(true)).isTrue();
      Diagnosis diagnosis = deaths.poll(20, TimeUnit.SECONDS);
      assertThat(diagnosis).isNotNull();
      assertThat(diagnosis.cause()).isEqualTo(Cause.CANCELLED);
      return diagnosis;
    }
  }

  /**
   * The JVM is silent where there is none, so it has 50 ms to tell one, and the evidence no word.
   */
  @Test
  void inADeadlock() throws Exception {
    Diagnosis diagnosis = timedOut(Crash::deadlock);
    for (int i = 1; i < TRIES && !diagnosis.stacks().contains("deadlock:"); i++) {
      diagnosis = timedOut(Crash::deadlock);
    }
    assertThat(diagnosis.stacks()).contains("Found one Java-level deadlock");
    assertThat(diagnosis.summary()).contains("deadlocked");
  }
}
