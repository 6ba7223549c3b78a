package dev.outlive.systemtests.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.Cause;
import dev.outlive.systemtests.Await;
import dev.outlive.systemtests.Cgroup;
import dev.outlive.systemtests.JavaWrapper;
import dev.outlive.task.Bytes;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.Crash;
import dev.outlive.testkit.NoLeaks;
import dev.outlive.testkit.PoolAssert;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is watched goes away while it is watched, and no task is the worse for it. Budget: 10 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class WatchingFailsTest {
  @TempDir private Path scratch;

  private static ProcessPoolBuilder builder() {
    return ProcessPool.builder()
        .name("blind")
        .workers(1)
        .jvmArgs(Await.QUICK_START)
        .maxHeap(Bytes.ofMebibytes(32))
        .memoryPerWorker(Bytes.ofMebibytes(200))
        .recycleAbove(Bytes.ofMebibytes(180))
        .learnMemory(true);
  }

  /** What takes the control group away from under the worker. */
  private interface Removal {
    void remove(long pid) throws Exception;
  }

  private void assertNothingHappensTo(ProcessPool pool, Removal removal) throws Exception {
    try (Gate gate = Gate.in(scratch, "gate")) {
      String path = gate.path();
      TaskFuture<Span> task =
          pool.submit(
              () ->
                  Span.of(
                      () -> {
                        Gate.pass(path);
                        OffHeap.hold(60, Duration.ofSeconds(3)); // time for many looks
                      }));
      long pid = Await.busyWorker(pool).pid();
      removal.remove(pid);
      gate.open();
      assertThat(Await.result(task).pid()).isEqualTo(pid);
      assertThat(pool.call(() -> ProcessHandle.current().pid())).isEqualTo(pid);
      PoolAssert.assertDied(pool.submit(() -> Crash.halt(3)), Cause.HALT);
      PoolAssert.assertUsable(pool);
      PoolAssert.assertDied(pool.submit(Crash::sigkill), Cause.SIGKILL);
      PoolAssert.assertUsable(pool);
      assertThat(pool.killedTasks()).hasSize(2);
    }
  }

  @Test
  void a_control_group_of_the_pools_own_is_removed_under_its_worker() throws Exception {
    try (MemoryGroup _ = MemoryGroup.of(64); // none can be made: this test is aborted
        ProcessPool pool = builder().isolateMemory(true).build()) {
      assertNothingHappensTo(
          pool,
          pid -> {
            Cgroup own = Cgroup.around(pid, "memory");
            Cgroup ours = Cgroup.around(ProcessHandle.current().pid(), "memory");
            assertThat(own.path()).isNotEqualTo(ours.path());
            own.dissolve();
          });
    }
  }

  @Test
  void a_control_group_of_somebody_elses_is_removed_under_its_worker() throws Exception {
    MemoryGroup group = MemoryGroup.of(400);
    String line = "{ " + group.join() + "; } 2>/dev/null"; // those that come later do not find it
    try (ProcessPool pool = builder().javaHome(JavaWrapper.home(scratch, line)).build()) {
      assertNothingHappensTo(pool, _ -> group.dissolve());
    }
  }
}
