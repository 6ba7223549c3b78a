package dev.outlive.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.RemoteError;
import dev.outlive.failure.TaskFailedException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.task.Action;
import dev.outlive.task.Bytes;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each way to die gives the death that its name promises. Budget: 15 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CrashTest {
  @Test
  void ways_to_exit() throws Exception {
    assertThat(death(() -> Crash.exit(3)).exitValue()).hasValue(3);
    assertThat(death(() -> Crash.halt(4)).exitValue()).hasValue(4);
    assertThat(death(() -> Crash.nativeExit(5)).exitValue()).hasValue(5);
  }

  @Test
  void ways_to_be_killed() throws Exception {
    assertThat(death(Crash::sigkill).cause()).isEqualTo(Cause.SIGKILL);
    assertThat(death(() -> Crash.signal(15)).exitValue()).hasValue(143);
    assertThat(death(Crash::abortNative).cause()).isEqualTo(Cause.NATIVE_ABORT);
    Diagnosis crash = death(Crash::segfault);
    assertThat(crash.cause()).isEqualTo(Cause.NATIVE_CRASH);
    Files.delete(crash.crashReport().orElseThrow());
  }

  @Test
  void ways_to_fill_memory() throws Exception {
    assertThat(death(Exhaust::heap).cause()).isEqualTo(Cause.HEAP_OOM);
    assertThatThrownBy(() -> call(Exhaust::stack))
        .isInstanceOf(TaskFailedException.class)
        .hasCauseInstanceOf(StackOverflowError.class);
  }

  @Test
  void ways_to_use_other_things_up() throws Exception {
    assertThat(death(Exhaust::arrayLength).cause()).isEqualTo(Cause.ARRAY_TOO_LARGE);
    assertThat(death(Exhaust::metaspace, "-XX:MaxMetaspaceSize=32m").cause())
        .isEqualTo(Cause.METASPACE_OOM);
    assertThat(death(Exhaust::directMemory, "-XX:MaxDirectMemorySize=16m").cause())
        .isEqualTo(Cause.DIRECT_MEMORY_OOM);
  }

  @Test
  void ways_to_crash() throws Exception {
    Diagnosis bus = death(Crash::busError);
    assertThat(bus.cause()).isEqualTo(Cause.BUS_ERROR);
    Files.delete(bus.crashReport().orElseThrow());
    Diagnosis stack = death(Exhaust::nativeStack);
    assertThat(stack.cause()).isEqualTo(Cause.STACK_OVERFLOW);
    stack.crashReport().ifPresent(report -> report.toFile().delete());
  }

  @Test
  void exceptions_that_cannot_travel_arrive_as_copies() {
    Action undecodable =
        () -> {
          throw Crash.undecodableException("one");
        };
    Action unencodable =
        () -> {
          throw Crash.unencodableException("two");
        };
    assertThatThrownBy(() -> call(undecodable))
        .hasCauseInstanceOf(RemoteError.class)
        .hasRootCauseMessage("one");
    assertThatThrownBy(() -> call(unencodable))
        .hasCauseInstanceOf(RemoteError.class)
        .hasRootCauseMessage("two");
  }

  @Test
  void children_that_are_left_live_as_long_as_their_worker() throws Exception {
    try (ProcessPool pool = ProcessPool.builder().workers(1).build()) {
      for (Crash.Child how : Crash.Child.values()) {
        long pid = pool.call(() -> Crash.leaveChild(how));
        assertThat(ProcessHandle.of(pid)).as("%s", how).isPresent();
      }
    }
  }

  private static Diagnosis death(Action way, String... jvmArgs) throws InterruptedException {
    try {
      call(way, jvmArgs);
    } catch (WorkerDiedException e) {
      return e.diagnosis();
    }
    throw new AssertionError("it lives");
  }

  private static void call(Action way, String... jvmArgs) throws InterruptedException {
    try (ProcessPool pool =
        ProcessPool.builder().workers(1).maxHeap(Bytes.ofMebibytes(32)).jvmArgs(jvmArgs).build()) {
      pool.call(
          () -> {
            way.act();
            Crash.hang();
          });
    }
  }
}
