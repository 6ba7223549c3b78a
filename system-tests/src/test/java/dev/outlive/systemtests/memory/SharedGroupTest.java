package dev.outlive.systemtests.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.policy.MemoryPolicy;
import dev.outlive.systemtests.Await;
import dev.outlive.systemtests.JavaWrapper;
import dev.outlive.task.Bytes;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.NoLeaks;
import dev.outlive.testkit.PoolAssert;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Workers that share a control group, of whom the kernel takes one. Budget: 5 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class SharedGroupTest {
  @TempDir private Path home;

  @Test
  void a_kill_in_a_shared_group_is_likely_at_most_and_the_other_worker_lives() throws Exception {
    try (MemoryGroup group = MemoryGroup.of(256);
        ProcessPool pool =
            ProcessPool.builder()
                .name("shared")
                .workers(2)
                .jvmArgs(Await.QUICK_START)
                .maxHeap(Bytes.ofMebibytes(32))
                .memoryPolicy(MemoryPolicy.OFF)
                .javaHome(JavaWrapper.home(home, group.join()))
                .build();
        Gate end = Gate.in(home, "end")) {
      String begun = home.resolve("begun").toString();
      String gate = end.path();
      TaskFuture<Span> modest =
          pool.submit(
              () ->
                  Span.of(
                      () -> {
                        try (OffHeap _ = OffHeap.take(40)) {
                          Await.leaveSign(begun);
                          Gate.pass(gate);
                        }
                      }));
      Await.sign(Path.of(begun));

      Diagnosis diagnosis = PoolAssert.assertDied(pool.submit(OffHeap::exhaust), Cause.KERNEL_OOM);
      assertThat(diagnosis.certainty()).isEqualTo(Certainty.LIKELY);
      assertThat(diagnosis.summary()).contains("shared with others");
      assertThat(diagnosis.evidence().toString())
          .contains("rose from 0 to 1")
          .contains(group.path())
          .contains("of 256.0 MiB");
      assertThat(modest).as("the other one").isNotDone();

      end.open();
      assertThat(Await.result(modest).attempt()).isEqualTo(1);
      assertThat(group.kills()).isEqualTo(1);
      assertThat(pool.killedTasks()).hasSize(1);
    }
  }
}
