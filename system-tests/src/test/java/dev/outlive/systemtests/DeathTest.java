package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.PoolBrokenException;
import dev.outlive.failure.TaskTimeoutException;
import dev.outlive.failure.UndecodableException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.task.Action;
import dev.outlive.task.Bytes;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.NoLeaks;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** One test for each way to die, and what is told about it. Budget: 30 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class DeathTest {
  private static final TaskOptions NAMED = TaskOptions.named("culprit");

  private static ProcessPoolBuilder builder() {
    return ProcessPool.builder().name("death").workers(1).jvmArgs(Await.QUICK_START);
  }

  /** Has the task kill its worker, and checks what holds for every death. */
  private static WorkerDiedException death(Action culprit) throws Exception {
    return death(builder(), culprit);
  }

  private static WorkerDiedException death(ProcessPoolBuilder builder, Action culprit)
      throws Exception {
    try (ProcessPool pool = builder.build()) {
      return death(pool, culprit);
    }
  }

  /** The same in a pool whose earlier workers have all died in this way. */
  private static WorkerDiedException death(ProcessPool pool, Action culprit) throws Exception {
    long worker = pool.snapshot().deaths() + 1;
    Throwable error = Await.failure(pool.submit(culprit, NAMED));
    assertThat(error).isInstanceOf(WorkerDiedException.class);
    WorkerDiedException died = (WorkerDiedException) error;
    Diagnosis diagnosis = died.diagnosis();
    assertThat(died.attempts()).containsExactly(diagnosis);
    assertThat(died.mayHaveStarted()).isTrue();
    assertThat((long) diagnosis.worker()).isEqualTo(worker);
    assertThat(diagnosis.advice()).isNotEmpty();
    assertThat(died)
        .hasMessageStartingWith(
            "pool \"death\": worker " + worker + " (pid " + diagnosis.pid().getAsLong() + ") ")
        .hasMessageContaining(" during task \"culprit\", attempt 1")
        .hasMessageEndingWith(diagnosis.advice());
    assertThat(died.getStackTrace())
        .as("the caller's stack at submit")
        .anyMatch(frame -> frame.getClassName().equals(DeathTest.class.getName()));
    assertThat(pool.call(() -> 7)).as("the pool goes on").isEqualTo(7);
    assertThat(pool.snapshot().deaths()).isEqualTo(worker);
    return died;
  }

  @Test
  void anExitIsADeathWithItsStatus() throws Exception {
    try (ProcessPool pool = builder().build()) {
      for (int asked : new int[] {0, 1, 3, 137, 255, 300}) {
        int status = asked & 0xFF;
        WorkerDiedException died = death(pool, () -> System.exit(asked));

        assertThat(died.diagnosis().cause()).isEqualTo(Cause.EXIT);
        assertThat(died.diagnosis().certainty())
            .isEqualTo(
                status != 137 || Kernel.tellsExitFromSignal()
                    ? Certainty.PROVEN
                    : Certainty.LIKELY);
        assertThat(died.diagnosis().exitValue()).hasValue(status);
        assertThat(died.diagnosis().signal()).isEmpty();
        assertThat(died).hasMessageContaining("ended itself with exit status " + status);
      }
    }
  }

  @Test
  void aHaltIsADeathWithItsStatus() throws Exception {
    Diagnosis diagnosis = death(() -> Runtime.getRuntime().halt(7)).diagnosis();

    assertThat(diagnosis.cause()).isEqualTo(Cause.HALT);
    assertThat(diagnosis.exitValue()).hasValue(7);
  }

  @Test
  void aHaltThatLooksLikeASignalIsNeverProvenToBeOne() throws Exception {
    Diagnosis diagnosis = death(() -> Runtime.getRuntime().halt(137)).diagnosis();

    assertThat(diagnosis.exitValue()).hasValue(137);
    assertThat(diagnosis.cause() == Cause.HALT || diagnosis.certainty() != Certainty.PROVEN)
        .as("%s", diagnosis)
        .isTrue();
  }

  @Test
  void anExitOfNativeCodeIsADeathWithItsStatus() throws Exception {
    Diagnosis diagnosis = death(() -> Deaths.nativeExit(42)).diagnosis();

    assertThat(diagnosis.cause()).isEqualTo(Cause.HALT);
    assertThat(diagnosis.exitValue()).hasValue(42);
  }

  record Signalled(String signal, Cause cause, int status) {}

  @Test
  void aSignalIsNamed() throws Exception {
    List<Signalled> all =
        List.of(
            new Signalled("TERM", Cause.SIGNAL, 143),
            new Signalled("HUP", Cause.SIGNAL, 129),
            new Signalled("INT", Cause.SIGNAL, 130),
            new Signalled("USR1", Cause.SIGNAL, 138),
            new Signalled("KILL", Cause.SIGKILL, 137),
            new Signalled("ABRT", Cause.NATIVE_ABORT, 134));
    try (ProcessPool pool = builder().build()) {
      for (Signalled due : all) {
        String signal = due.signal();
        WorkerDiedException died = death(pool, () -> Deaths.signal(signal));

        assertThat(died.diagnosis().cause()).as(signal).isEqualTo(due.cause());
        assertThat(died.diagnosis().exitValue()).as(signal).hasValue(due.status());
        assertThat(died.diagnosis().signal()).hasValue("SIG" + signal);
        assertThat(died).hasMessageContaining("SIG" + signal);
      }
    }
  }

  @Test
  void aCrashInNativeCodeComesWithItsReportAndItsFrame() throws Exception {
    WorkerDiedException died = death(Deaths::segmentationFault);

    Diagnosis diagnosis = died.diagnosis();
    assertThat(diagnosis.cause()).isEqualTo(Cause.NATIVE_CRASH);
    assertThat(diagnosis.certainty()).isEqualTo(Certainty.PROVEN);
    assertThat(diagnosis.exitValue()).hasValue(134);
    assertThat(diagnosis.signal()).hasValue("SIGSEGV");
    Path report = diagnosis.crashReport().orElseThrow();
    String frame = diagnosis.problematicFrame().orElseThrow();
    assertThat(Files.readString(report)).contains(frame).contains("culprit");
    assertThat(frame).contains("libc");
    assertThat(died).hasMessageContaining("SIGSEGV").hasMessageContaining(frame);
    Files.delete(report);
  }

  @Test
  void anAbortOfNativeCodeIsToldFromACrash() throws Exception {
    Diagnosis diagnosis = death(Deaths::nativeAbort).diagnosis();

    assertThat(diagnosis.cause()).isEqualTo(Cause.NATIVE_ABORT);
    assertThat(diagnosis.exitValue()).hasValue(134);
    assertThat(diagnosis.crashReport()).isEmpty();
  }

  @Test
  void aFullHeapIsADeathAndNeverAZombie() throws Exception {
    heapOom(Deaths::fillHeap);
  }

  @Test
  void aFullHeapIsADeathThoughTheTaskCatchesTheError() throws Exception {
    heapOom(
        () -> {
          try {
            Deaths.fillHeap();
          } catch (OutOfMemoryError e) {
            Thread.sleep(Duration.ofMinutes(5));
          }
        });
  }

  @Test
  void aFullHeapIsADeathThoughAnotherThreadFillsIt() throws Exception {
    heapOom(
        () -> {
          Thread.ofPlatform().start(Deaths::fillHeap);
          Thread.sleep(Duration.ofMinutes(5));
        });
  }

  private static void heapOom(Action culprit) throws Exception {
    WorkerDiedException died = death(builder().maxHeap(Bytes.ofMebibytes(24)), culprit);

    assertThat(died.diagnosis().cause()).isEqualTo(Cause.HEAP_OOM);
    assertThat(died.diagnosis().certainty()).isEqualTo(Certainty.PROVEN);
    assertThat(died.diagnosis().exitValue()).hasValue(3);
    assertThat(died).hasMessageContaining("heap").hasMessageContaining("maxHeap");
    assertThat(ProcessHandle.of(died.diagnosis().pid().getAsLong())).isEmpty();
  }

  @Test
  void aWorkerThatWritesToItsLinkIsToldFromOneThatExits() throws Exception {
    WorkerDiedException died =
        death(
            () -> {
              try (OutputStream link = new FileOutputStream("/proc/self/fd/3")) {
                link.write("not a message, and long enough to be a header".getBytes("UTF-8"));
              }
              Thread.sleep(Duration.ofMinutes(5));
            });

    assertThat(died.diagnosis().cause()).isEqualTo(Cause.PROTOCOL);
  }

  // ---- start failures

  @Test
  void aWorkerWithABadFlagIsAStartFailureThatSaysWhy() throws Exception {
    startFailure(builder().jvmArgs("-XX:+NoSuchFlagAtAll"), "NoSuchFlagAtAll");
  }

  @Test
  void aWorkerWithAnImpossibleHeapIsAStartFailureThatSaysWhy() throws Exception {
    startFailure(builder().jvmArgs("-Xms64m", "-Xmx32m"), "heap size");
  }

  @Test
  void aJavaHomeThatIsNotThereIsAStartFailureThatSaysWhy(@TempDir Path directory) throws Exception {
    startFailure(builder().javaHome(directory.resolve("nowhere")), "nowhere");
  }

  @Test
  void aJavaWithoutTheRightToExecuteIsAStartFailureThatSaysWhy(@TempDir Path home)
      throws Exception {
    java(home, "#!/bin/sh\nexec true\n", "rw-r--r--");
    startFailure(builder().javaHome(home), "denied");
  }

  @Test
  void aJavaThatComplainsAndExitsIsAStartFailureThatSaysWhy(@TempDir Path home) throws Exception {
    java(home, "#!/bin/sh\necho 'no licence found' >&2\nexit 9\n", "rwxr-xr-x");
    PoolBrokenException broken = startFailure(builder().javaHome(home), "no licence found");
    assertThat(broken.causes().getFirst().exitValue()).hasValue(9);
  }

  @Test
  void aJavaThatNeverGetsReadyIsAStartFailureThatSaysWhy(@TempDir Path home) throws Exception {
    java(home, "#!/bin/sh\necho 'waiting for Godot' >&2\nsleep 300\n", "rwxr-xr-x");
    startFailure(
        builder().javaHome(home).startTimeout(Duration.ofMillis(500)), "within the start timeout");
  }

  private static void java(Path home, String script, String rights) throws IOException {
    Path java = Files.createDirectory(home.resolve("bin")).resolve("java");
    Files.writeString(java, script);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString(rights));
  }

  private static PoolBrokenException startFailure(ProcessPoolBuilder builder, String said)
      throws Exception {
    try (ProcessPool pool = builder.restartLimit(2, Duration.ofSeconds(30)).build()) {
      Throwable error = Await.failure(pool.submit(() -> 1));
      assertThat(error).isInstanceOf(PoolBrokenException.class).hasMessageContaining(said);
      PoolBrokenException broken = (PoolBrokenException) error;
      assertThat(broken.causes()).hasSize(2);
      assertThat(broken.causes()).extracting(Diagnosis::cause).containsOnly(Cause.START_FAILED);
      return broken;
    }
  }

  // ---- our own doing, and no death at all

  @Test
  void aTimeoutNamesTheLimit() throws Exception {
    try (ProcessPool pool = builder().build()) {
      Throwable error =
          Await.failure(
              pool.submit(
                  () -> Thread.sleep(Duration.ofMinutes(5)),
                  NAMED.withTimeout(Duration.ofMillis(700))));

      assertThat(error).isInstanceOf(TaskTimeoutException.class);
      TaskTimeoutException late = (TaskTimeoutException) error;
      assertThat(late.limit()).isEqualTo(Duration.ofMillis(700));
      assertThat(late.diagnosis().cause()).isEqualTo(Cause.TIMEOUT);
      assertThat(late.diagnosis().certainty()).isEqualTo(Certainty.PROVEN);
      assertThat(late)
          .hasMessageContaining("task \"culprit\" ran for longer than 700 ms on attempt 1");
      assertThat(pool.snapshot().deaths()).as("deaths that nobody asked for").isZero();
    }
  }

  @Test
  void aFrozenWorkerIsKilledWhenItsTasksTimeIsUp() throws Exception {
    try (ProcessPool pool = builder().build()) {
      TaskFuture<Void> future =
          pool.submit(() -> Deaths.signal("STOP"), NAMED.withTimeout(Duration.ofMillis(900)));

      assertThat(Await.failure(future)).isInstanceOf(TaskTimeoutException.class);
      assertThat(pool.call(() -> 7)).isEqualTo(7);
    }
  }

  @Test
  void aCancelledTaskThatDoesNotStopIsNamedAsSuch(@TempDir Path directory) throws Exception {
    Path sign = directory.resolve("begun");
    String file = sign.toString();
    BlockingQueue<PoolEvent.WorkerDied> deaths = new LinkedBlockingQueue<>();
    try (ProcessPool pool =
        builder()
            .grace(Duration.ofMillis(200))
            .listener(
                event -> {
                  if (event instanceof PoolEvent.WorkerDied died) {
                    deaths.add(died);
                  }
                })
            .build()) {
      TaskFuture<Void> future = pool.submit(() -> sleepsWhateverComes(file), NAMED);
      Await.sign(sign);
      assertThat(future.cancel(true)).isTrue();

      PoolEvent.WorkerDied died = deaths.poll(20, TimeUnit.SECONDS);
      assertThat(died).isNotNull();
      assertThat(died.diagnosis().cause()).isEqualTo(Cause.CANCELLED);
      assertThat(died.diagnosis().certainty()).isEqualTo(Certainty.PROVEN);
      assertThat(future).isCancelled();
      assertThat(pool.snapshot().deaths()).isZero();
    }
  }

  static void sleepsWhateverComes(String sign) throws IOException {
    Await.leaveSign(sign);
    CountDownLatch never = new CountDownLatch(1);
    while (true) {
      try {
        never.await();
      } catch (InterruptedException e) {
        // this is what the test is about
      }
    }
  }

  /** Travels, and cannot be unpacked. */
  static final class Bomb implements Serializable {
    private void readObject(ObjectInputStream in) throws IOException {
      throw new IOException("this was never meant to be read");
    }
  }

  @Test
  void anArgumentThatCannotBeDecodedCostsItsTaskAndNotItsWorker() throws Exception {
    try (ProcessPool pool = builder().build()) {
      Bomb bomb = new Bomb();
      long pid = pool.call(() -> ProcessHandle.current().pid());
      Throwable error = Await.failure(pool.submit(() -> bomb.hashCode()));

      assertThat(error)
          .isInstanceOf(UndecodableException.class)
          .hasMessageContaining("cannot be decoded in the worker")
          .hasMessageContaining("never meant to be read");
      assertThat(pool.call(() -> ProcessHandle.current().pid())).isEqualTo(pid);
    }
  }

  @Test
  void theNewsOfADeathComesSoonAfterTheKill(@TempDir Path directory) throws Exception {
    List<Long> millis = new ArrayList<>();
    try (ProcessPool pool = builder().build()) {
      for (int i = 0; i < 10; i++) {
        Path sign = directory.resolve("begun-" + i);
        String file = sign.toString();
        TaskFuture<Void> future = pool.submit(() -> sleepsWhateverComes(file));
        Await.sign(sign);
        ProcessHandle worker = Await.busyWorker(pool);
        long killed = System.nanoTime();
        worker.destroyForcibly();
        assertThat(Await.failure(future)).isInstanceOf(WorkerDiedException.class);
        millis.add((System.nanoTime() - killed) / 1_000_000);
      }
    }
    millis.sort(null);
    long median = millis.get(millis.size() / 2);
    System.out.println("kill to failed future, ms: median " + median + " of " + millis);
    assertThat(median).as("100 on an idle machine").isLessThan(1_000);
  }
}
