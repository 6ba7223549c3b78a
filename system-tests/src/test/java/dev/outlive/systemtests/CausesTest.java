package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.Evidence;
import dev.outlive.failure.PoolBrokenException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.os.OwnProcess;
import dev.outlive.task.Action;
import dev.outlive.task.Bytes;
import dev.outlive.task.Task;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.Crash;
import dev.outlive.testkit.Exhaust;
import dev.outlive.testkit.NoLeaks;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
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
 * The rarer ways to die, each by real means, with the message that people will read. Budget: 45 s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class CausesTest {
  private static final boolean TOLD = Kernel.tellsExitFromSignal();

  @TempDir private Path home;

  private static ProcessPoolBuilder builder() {
    return ProcessPool.builder()
        .name("causes")
        .workers(1)
        .jvmArgs(Await.QUICK_START)
        .maxHeap(Bytes.ofMebibytes(48));
  }

  private static Diagnosis death(ProcessPoolBuilder builder, Action culprit) throws Exception {
    try (ProcessPool pool = builder.build()) {
      return diagnosis(pool, pool.submit(culprit, TaskOptions.named("culprit")));
    }
  }

  private static Diagnosis diagnosis(ProcessPool pool, TaskFuture<?> culprit) throws Exception {
    Throwable error = Await.failure(culprit);
    assertThat(error).isInstanceOf(WorkerDiedException.class);
    assertThat(pool.call(() -> 7)).as("the pool goes on").isEqualTo(7);
    Diagnosis diagnosis = ((WorkerDiedException) error).diagnosis();
    assertThat(error).hasMessageContaining(diagnosis.summary());
    return diagnosis;
  }

  // ---- something runs out

  @Test
  void metaspace() throws Exception {
    Diagnosis diagnosis =
        death(builder().jvmArgs(Await.QUICK_START, "-XX:MaxMetaspaceSize=40m"), Exhaust::metaspace);
    assertThat(diagnosis.cause()).isEqualTo(Cause.METASPACE_OOM);
    assertThat(diagnosis.certainty()).isEqualTo(Certainty.PROVEN);
    assertThat(diagnosis.summary()).contains("ran out of memory for classes").contains("Metaspace");
    assertThat(diagnosis.advice()).contains("MaxMetaspaceSize");
  }

  @Test
  void directMemory() throws Exception {
    Diagnosis diagnosis =
        death(
            builder().jvmArgs(Await.QUICK_START, "-XX:MaxDirectMemorySize=16m"),
            Exhaust::directMemory);
    assertThat(diagnosis.cause()).isEqualTo(Cause.DIRECT_MEMORY_OOM);
    assertThat(diagnosis.certainty()).isEqualTo(Certainty.PROVEN);
    assertThat(diagnosis.summary()).contains("direct buffer memory").contains("limit: 16777216");
  }

  @Test
  void directMemoryWrappedInAnotherException() throws Exception {
    Diagnosis diagnosis =
        death(
            builder().jvmArgs(Await.QUICK_START, "-XX:MaxDirectMemorySize=16m"),
            () -> {
              try {
                Exhaust.directMemory();
              } catch (OutOfMemoryError e) {
                throw new IllegalStateException("the library gives up", e);
              }
            });
    assertThat(diagnosis.cause()).isEqualTo(Cause.DIRECT_MEMORY_OOM);
  }

  @Test
  void anArrayTooLong() throws Exception {
    Diagnosis diagnosis = death(builder(), () -> Exhaust.arrayLength());
    assertThat(diagnosis.cause()).isEqualTo(Cause.ARRAY_TOO_LARGE);
    assertThat(diagnosis.summary()).contains("Requested array size exceeds VM limit");
  }

  @Test
  void threads() throws Exception {
    try (Cgroup group = Cgroup.create("pids")) {
      group.set("pids.max", "60");
      Diagnosis diagnosis =
          death(builder().javaHome(JavaWrapper.home(home, group.join())), Exhaust::threads);
      assertThat(diagnosis.cause()).isEqualTo(Cause.THREAD_LIMIT);
      assertThat(diagnosis.certainty()).isEqualTo(Certainty.PROVEN);
      assertThat(diagnosis.summary()).contains("unable to create native thread");
    }
  }

  @Test
  void theMemoryOfItsControlGroup() throws Exception {
    try (Cgroup group = Cgroup.create("memory")) {
      group.set("memory.limit_in_bytes", Integer.toString(120 << 20));
      Diagnosis diagnosis =
          death(
              builder()
                  .maxHeap(Bytes.ofMebibytes(512))
                  .javaHome(JavaWrapper.home(home, group.join())),
              Exhaust::heap);
      assertThat(diagnosis.cause()).isEqualTo(Cause.KERNEL_OOM);
      assertThat(diagnosis.certainty()).isEqualTo(Certainty.PROVEN);
      assertThat(diagnosis.exitValue()).hasValue(137);
      assertThat(diagnosis.summary())
          .contains("was killed by the kernel's out-of-memory killer")
          .contains("its own control group");
      assertThat(diagnosis.evidence())
          .extracting(Evidence::source, Evidence::fact)
          .anySatisfy(
              fact -> assertThat(fact.toList().toString()).contains("memory", "rose from 0 to 1"))
          .anySatisfy(fact -> assertThat(fact.toList().toString()).contains("of 120.0 MiB"));
    }
  }

  @Test
  void theMemoryOfTheJvmItself() throws Exception {
    Diagnosis diagnosis =
        death(
            builder().javaHome(JavaWrapper.home(home, "ulimit -v 4000000")), Exhaust::nativeMemory);
    assertThat(diagnosis.cause()).isEqualTo(Cause.NATIVE_MEMORY_OOM);
    assertThat(diagnosis.summary()).contains("no more memory by the operating system");
    diagnosis.crashReport().ifPresent(report -> report.toFile().delete());
  }

  @Test
  void descriptors() throws Exception {
    Diagnosis diagnosis =
        death(builder().javaHome(JavaWrapper.home(home, "ulimit -n 200")), Exhaust::descriptors);
    assertThat(diagnosis.cause()).isEqualTo(Cause.DESCRIPTOR_LIMIT);
    assertThat(diagnosis.certainty()).isEqualTo(Certainty.PROVEN);
    assertThat(diagnosis.summary()).contains("could open no more files").contains("Too many open");
  }

  @Test
  void hardlyADescriptorLeft() throws Exception {
    Diagnosis diagnosis =
        death(
            builder().javaHome(JavaWrapper.home(home, "ulimit -n 200")),
            () -> {
              List<FileInputStream> few = new ArrayList<>();
              while (few.size() < 3) {
                few.add(new FileInputStream("/dev/null"));
              }
              try {
                Exhaust.descriptors();
              } finally {
                for (FileInputStream file : few) {
                  file.close();
                }
              }
            });
    assertThat(diagnosis.cause()).isEqualTo(Cause.DESCRIPTOR_LIMIT);
  }

  @Test
  void tooManyOpenFilesOfATaskThatClosesThemIsNoDeath() throws Exception {
    try (ProcessPool pool = builder().build()) {
      long pid = pool.call(() -> ProcessHandle.current().pid());
      Throwable error =
          Await.failure(
              pool.submit(
                  () -> {
                    throw new IOException("/x (Too many open files)");
                  }));
      assertThat(error).isInstanceOf(IOException.class);
      assertThat(pool.call(() -> ProcessHandle.current().pid())).isEqualTo(pid);
    }
  }

  // ---- crashes

  @Test
  void aMappedFileCutShort() throws Exception {
    Diagnosis diagnosis = death(builder(), Crash::busError);
    assertThat(diagnosis.cause()).isEqualTo(Cause.BUS_ERROR);
    assertThat(diagnosis.signal()).hasValue("SIGBUS");
    assertThat(diagnosis.summary()).contains("crashed with SIGBUS at").contains("libc");
    Files.delete(diagnosis.crashReport().orElseThrow());
  }

  @Test
  void aNativeStackOverflow() throws Exception {
    Diagnosis diagnosis = death(builder(), () -> Exhaust.nativeStack());
    assertThat(diagnosis.cause()).isEqualTo(Cause.STACK_OVERFLOW);
    assertThat(diagnosis.signal()).hasValue("SIGSEGV");
    assertThat(diagnosis.summary()).contains("stack");
  }

  @Test
  void aJavaStackOverflowIsNoDeath() throws Exception {
    try (ProcessPool pool = builder().build()) {
      long pid = pool.call(() -> ProcessHandle.current().pid());
      assertThat(Await.failure(pool.submit(() -> Exhaust.stack())))
          .isInstanceOf(StackOverflowError.class);
      assertThat(pool.call(() -> ProcessHandle.current().pid())).isEqualTo(pid);
    }
  }

  // ---- it stands still

  @Test
  void aStoppedWorkerIsFrozen() throws Exception {
    Diagnosis diagnosis = death(builder().frozenAfter(Duration.ofSeconds(1)), Crash::stop);
    assertThat(diagnosis.cause()).isEqualTo(Cause.FROZEN);
    assertThat(diagnosis.certainty()).isEqualTo(Certainty.PROVEN);
    assertThat(diagnosis.summary())
        .contains("was killed by its pool, frozen: Its heartbeat stood still")
        .contains("it was stopped (state T)");
    assertThat(diagnosis.stacks()).as("the kernel's view").contains("outlive-task");
    assertThat(diagnosis.evidence().toString()).contains("No safepoint was reached");
  }

  @Test
  void aShutdownHookThatHangsIsAHungExit() throws Exception {
    Diagnosis diagnosis =
        death(
            builder().grace(Duration.ofMillis(300)),
            () -> {
              Runtime.getRuntime().addShutdownHook(new Thread(Crash::hang));
              System.exit(0);
            });
    assertThat(diagnosis.cause()).isEqualTo(Cause.HUNG_EXIT);
    assertThat(diagnosis.certainty()).isEqualTo(Certainty.PROVEN);
    assertThat(diagnosis.summary()).contains("begun to exit and did not end within the grace");
    assertThat(diagnosis.evidence().toString()).contains("EXIT_CALLED").contains("CausesTest");
  }

  @Test
  void anAnswerOverALinkThatTheTaskHasClosedIsNamed() throws Exception {
    Task<String> closer =
        () -> {
          closeAllPipes();
          return "more than the page can keep".repeat(2_200);
        };
    try (ProcessPool pool = builder().build()) {
      Diagnosis diagnosis = diagnosis(pool, pool.submit(closer, TaskOptions.named("culprit")));
      assertThat(diagnosis.cause()).isEqualTo(Cause.PROTOCOL);
      assertThat(diagnosis.summary()).contains("link");
    }
  }

  @Test
  void aTaskThatGoesOnWithoutItsLinkIsKilledAfterTheGrace() throws Exception {
    Diagnosis diagnosis =
        death(
            builder().grace(Duration.ofMillis(300)),
            () -> {
              closeAllPipes();
              Crash.hang();
            });
    assertThat(diagnosis.cause()).isEqualTo(Cause.HUNG_EXIT);
    assertThat(diagnosis.certainty()).isEqualTo(Certainty.LIKELY);
    assertThat(diagnosis.summary()).contains("closed its link and did not exit within the grace");
    assertThat(diagnosis.advice()).contains("code that closes descriptors");
  }

  static void closeAllPipes() throws IOException {
    for (String open : OwnProcess.descriptors()) {
      int descriptor = Integer.parseInt(open.substring(0, open.indexOf(' ')));
      if (descriptor > 2 && open.contains("pipe:")) {
        Crash.closeNative(descriptor);
      }
    }
  }

  // ---- what looks alike

  @ParameterizedTest
  @ValueSource(ints = {3, 134, 137, 139})
  void anExitIsNoSignalWhateverItsStatus(int status) throws Exception {
    Diagnosis exit = death(builder(), () -> Crash.exit(status));
    assertThat(exit.cause()).isEqualTo(Cause.EXIT);
    assertThat(exit.certainty())
        .isEqualTo(status < 128 || TOLD ? Certainty.PROVEN : Certainty.LIKELY);
    assertThat(exit.exitValue()).hasValue(status);
    assertThat(exit.signal()).isEmpty();
    assertThat(exit.summary()).contains("System.exit was called at").contains("Crash.exit");
  }

  @ParameterizedTest
  @ValueSource(ints = {134, 137, 139})
  void aHaltIsNoSignalWhereTheKernelTells(int status) throws Exception {
    Diagnosis halt = death(builder(), () -> Crash.halt(status));
    if (TOLD) {
      assertThat(halt.cause()).isEqualTo(Cause.HALT);
      assertThat(halt.certainty()).isEqualTo(Certainty.PROVEN);
    } else {
      assertThat(halt.certainty()).isEqualTo(Certainty.LIKELY);
    }
  }

  @Test
  void aKillFromOutsideIsNeverCalledOutOfMemory() throws Exception {
    Diagnosis kill = death(builder(), Crash::sigkill);
    assertThat(kill.cause()).isEqualTo(Cause.SIGKILL);
    assertThat(kill.certainty()).isEqualTo(TOLD ? Certainty.PROVEN : Certainty.LIKELY);
    assertThat(kill.summary()).doesNotContain("memory");
  }

  @Test
  void anUncaughtExceptionInAThreadOfTheTaskIsNoDeath() throws Exception {
    try (ProcessPool pool = builder().build()) {
      TaskFuture<Long> future =
          pool.submit(
              () -> {
                Thread thread =
                    Thread.ofPlatform()
                        .name("careless")
                        .start(
                            () -> {
                              throw new IllegalStateException("nobody catches this");
                            });
                thread.join();
                return ProcessHandle.current().pid();
              });
      long pid = Await.result(future);
      assertThat(future.outcome().record().notes())
          .singleElement(STRING)
          .startsWith("java.lang.IllegalStateException: nobody catches this at ")
          .contains("CausesTest.")
          .endsWith(" in thread careless");
      assertThat(future.output().err()).contains("nobody catches this").contains("CausesTest");
      assertThat(pool.call(() -> ProcessHandle.current().pid())).isEqualTo(pid);
      WorkerDiedException died =
          (WorkerDiedException) Await.failure(pool.submit(() -> Crash.halt(1)));
      assertThat(died.diagnosis().evidence().toString())
          .as("it was told, and is no other task's")
          .doesNotContain("nobody catches this");
    }
  }

  @Test
  void theLastSizesOfTheWorkerAreKept() throws Exception {
    Diagnosis diagnosis =
        death(
            builder(),
            () -> {
              Thread.sleep(Duration.ofMillis(2_500));
              Crash.halt(1);
            });
    assertThat(diagnosis.memorySamples()).hasSizeBetween(1, 33);
    assertThat(diagnosis.memorySamples().getLast().residentBytes())
        .as("the first may be of a JVM that was about to start")
        .isGreaterThan(10 << 20);
    assertThat(diagnosis.evidence())
        .anySatisfy(fact -> assertThat(fact.source()).isEqualTo("last sign of life"));
  }

  @Test
  void coreDumpsAreOffUnlessAskedFor() throws Exception {
    for (boolean asked : new boolean[] {false, true}) {
      try (ProcessPool pool = builder().coreDumps(asked).build()) {
        String limit = pool.call(() -> coreLimit());
        assertThat(limit).isEqualTo(asked ? coreLimit() : "0");
      }
    }
  }

  static String coreLimit() throws IOException {
    Process shell = new ProcessBuilder("sh", "-c", "ulimit -c").start();
    return new String(shell.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
  }

  // ---- before the first task

  @Test
  void noClassesToLoad() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String line = "exec '" + java + "' -cp /nowhere dev.outlive.internal.worker.WorkerMain";
    Diagnosis diagnosis = startFailure(builder().javaHome(JavaWrapper.home(home, line)));
    assertThat(diagnosis.summary()).contains("did not find its classes");
  }

  @Test
  void noMemoryToStartWith() throws Exception {
    Diagnosis diagnosis =
        startFailure(
            builder()
                .maxHeap(Bytes.ofMebibytes(2_000))
                .javaHome(JavaWrapper.home(home, "ulimit -v 1000000")));
    assertThat(diagnosis.summary()).contains("was given no memory to start with");
    diagnosis.crashReport().ifPresent(report -> report.toFile().delete());
  }

  @Test
  void aDebugPortThatIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Diagnosis diagnosis =
          startFailure(
              builder()
                  .jvmArgs(
                      Await.QUICK_START,
                      "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:"
                          + taken.getLocalPort()));
      assertThat(diagnosis.summary()).contains("could not open its debug or management port");
    }
  }

  @Test
  void noJavaThere() throws Exception {
    Diagnosis diagnosis = startFailure(builder().javaHome(home.resolve("nowhere")));
    assertThat(diagnosis.summary()).contains("has no java to run on").contains("nowhere");
  }

  @Test
  void anInitializerThatThrows() throws Exception {
    Diagnosis diagnosis =
        startFailure(
            builder()
                .initializer(
                    () -> {
                      throw new IllegalStateException("no licence");
                    }),
            Cause.INITIALIZER_FAILED);
    assertThat(diagnosis.summary())
        .contains("its initializer threw java.lang.IllegalStateException: no licence");
    assertThat(diagnosis.stderrTail()).contains("CausesTest");
  }

  private static Diagnosis startFailure(ProcessPoolBuilder builder) throws Exception {
    return startFailure(builder, Cause.START_FAILED);
  }

  private static Diagnosis startFailure(ProcessPoolBuilder builder, Cause cause) throws Exception {
    try (ProcessPool pool = builder.restartLimit(1, Duration.ofSeconds(30)).build()) {
      Throwable error = Await.failure(pool.submit(() -> 1));
      assertThat(error).isInstanceOf(PoolBrokenException.class);
      Diagnosis diagnosis = ((PoolBrokenException) error).causes().getFirst();
      assertThat(diagnosis.cause()).isEqualTo(cause);
      assertThat(diagnosis.certainty()).isEqualTo(Certainty.PROVEN);
      assertThat(error).hasMessageContaining(diagnosis.summary());
      assertThat(pool.killedTasks()).isEmpty();
      return diagnosis;
    }
  }
}
