package dev.outlive.systemtests.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.systemtests.Await;
import dev.outlive.task.Bytes;
import dev.outlive.task.TaskContext;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.NoLeaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** A task that needs more memory than workers have gets more on each attempt. Budget: 15 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class MoreMemoryTest {
  private static final long LIMIT = 512L << 20;

  private static ProcessPoolBuilder builder(Cause cause, long limitBytes) {
    return ProcessPool.builder()
        .name("more")
        .workers(1)
        .jvmArgs(Await.QUICK_START)
        .retry(RetryPolicy.on(cause).attempts(3).withMoreMemory(2, limitBytes));
  }

  /** Returns the attempt that has had that much heap. */
  static int heap(int mebibytes) {
    List<byte[]> kept = new ArrayList<>();
    while (kept.size() < mebibytes) {
      kept.add(new byte[1 << 20]);
    }
    return TaskContext.current().attempt() + kept.size() - mebibytes;
  }

  private static void assertThirdAttemptOf200MebibytesOfHeapReturns(ProcessPoolBuilder builder)
      throws Exception {
    try (ProcessPool pool = builder.build()) {
      TaskFuture<Integer> hungry = pool.submit(() -> heap(200));
      assertThat(hungry.get()).isEqualTo(3);

      List<Diagnosis> lost = hungry.outcome().record().lost();
      assertThat(lost).extracting(Diagnosis::cause).containsOnly(Cause.HEAP_OOM);
      assertThat(lost).extracting(Diagnosis::worker).doesNotHaveDuplicates();
      assertThat(lost)
          .extracting(Diagnosis::toString)
          .satisfiesExactly(
              first -> assertThat(first).contains("64.0 MiB").doesNotContain("128.0 MiB"),
              second -> assertThat(second).contains("128.0 MiB").doesNotContain("64.0 MiB"));

      long heap = pool.call(() -> Runtime.getRuntime().maxMemory());
      assertThat(heap).as("others get no more than before").isLessThanOrEqualTo(64L << 20);
    }
  }

  @Test
  void a_heap_of_maxHeap_doubles_until_it_is_large_enough() throws Exception {
    assertThirdAttemptOf200MebibytesOfHeapReturns(
        builder(Cause.HEAP_OOM, LIMIT).maxHeap(Bytes.ofMebibytes(64)));
  }

  @Test
  void a_heap_of_the_jvms_own_option_doubles_as_well() throws Exception {
    assertThirdAttemptOf200MebibytesOfHeapReturns(
        builder(Cause.HEAP_OOM, LIMIT).jvmArgs(Await.QUICK_START, "-Xmx64m"));
  }

  @Test
  void a_heap_grows_no_further_than_to_the_limit() throws Exception {
    try (ProcessPool pool =
        builder(Cause.HEAP_OOM, 96L << 20).maxHeap(Bytes.ofMebibytes(64)).build()) {
      TaskFuture<Integer> hungry = pool.submit(() -> heap(200));
      WorkerDiedException died = (WorkerDiedException) catchThrowable(hungry::get).getCause();
      assertThat(died.attempts())
          .extracting(Diagnosis::toString)
          .satisfiesExactly(
              first -> assertThat(first).contains("64.0 MiB"),
              second -> assertThat(second).contains("96.0 MiB"),
              third -> assertThat(third).contains("96.0 MiB"));
    }
  }

  @Test
  void a_limit_of_memoryPerWorker_doubles_until_it_is_large_enough() throws Exception {
    try (ProcessPool pool =
        builder(Cause.MEMORY_LIMIT, LIMIT)
            .maxHeap(Bytes.ofMebibytes(32))
            .memoryPerWorker(Bytes.ofMebibytes(96))
            .build()) {
      TaskFuture<Integer> hungry =
          pool.submit(
              () -> {
                try (OffHeap _ = OffHeap.take(200)) {
                  int attempt = TaskContext.current().attempt();
                  Thread.sleep(attempt < 3 ? Await.LIMIT : Duration.ZERO); // until it is seen
                  return attempt;
                }
              });
      assertThat(hungry.get()).isEqualTo(3);
      List<Diagnosis> lost = hungry.outcome().record().lost();
      assertThat(lost).extracting(Diagnosis::cause).containsOnly(Cause.MEMORY_LIMIT);
      assertThat(lost)
          .extracting(Diagnosis::toString)
          .satisfiesExactly(
              first -> assertThat(first).contains("96.0 MiB"),
              second -> assertThat(second).contains("192.0 MiB"));
    }
  }
}
