package dev.outlive.systemtests.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.failure.Cause;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.systemtests.Await;
import dev.outlive.systemtests.JavaWrapper;
import dev.outlive.task.Bytes;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.NoLeaks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A pool that learns how much its tasks need stops having them killed, in a control group that
 * holds one large or two small ones, and hardly more workers than it has. Budget: 60 s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 600, threadMode = ThreadMode.SEPARATE_THREAD)
class LearnMemoryTest {
  private static final long SEED = 4;
  private static final int GROUP_MEBIBYTES = 400;
  private static final int OF_EACH = 20;
  private static final int SMALL_MEBIBYTES = 150;
  private static final int LARGE_MEBIBYTES = 300;

  /** How many that came later may be done before a task has its turn. */
  private static final int MOST_OVERTAKEN = OF_EACH;

  /** Workers make room for tasks and come again: some for each task, not some each second. */
  private static final int MOST_WORKERS = 3 * 2 * OF_EACH;

  private static final long ALL_SECONDS = 500;

  private final Events events = new Events();

  @TempDir private Path home;

  @ParameterizedTest(name = "a name for each size: {0}")
  @ValueSource(booleans = {true, false})
  void tasks_that_do_not_fit_together_are_started_as_they_fit(boolean named) throws Exception {
    RetryPolicy again =
        RetryPolicy.on(Cause.KERNEL_OOM).attempts(5).whenMemoryAvailable(Duration.ofSeconds(60));
    Random random = new Random(SEED);
    try (MemoryGroup group = MemoryGroup.of(GROUP_MEBIBYTES);
        ProcessPool pool =
            ProcessPool.builder()
                .name("learn")
                .workers(4)
                .jvmArgs(Await.QUICK_START)
                .maxHeap(Bytes.ofMebibytes(32))
                .javaHome(JavaWrapper.home(home, group.joinAsVictim()))
                .learnMemory(true)
                .listener(events)
                .retry(again)
                .build()) {
      List<TaskFuture<Span>> all = new ArrayList<>();
      for (int size : sizes(random)) {
        Duration time = Duration.ofMillis(random.nextInt(100, 300));
        all.add(
            pool.submit(
                () -> Span.of(() -> OffHeap.hold(size, time)),
                TaskOptions.named(named ? size + " MiB" : "task")));
      }
      List<Span> spans = new ArrayList<>();
      for (TaskFuture<Span> one : all) {
        spans.add(one.get(ALL_SECONDS, TimeUnit.SECONDS));
      }

      assertThat(group.kills())
          .as("kills by the kernel: %s", pool.killedTasks())
          .isLessThanOrEqualTo(OF_EACH);
      for (int i = 0; i < spans.size(); i++) {
        Span own = spans.get(i);
        long overtakers =
            spans.subList(i + 1, spans.size()).stream()
                .filter(later -> later.endNanos() - own.beginNanos() < 0)
                .count();
        assertThat(overtakers)
            .as("done before task %d began", i)
            .isLessThanOrEqualTo(MOST_OVERTAKEN);
      }
      assertThat(events.of(PoolEvent.WorkerReady.class))
          .as("workers started")
          .hasSizeLessThanOrEqualTo(MOST_WORKERS);
      assertThat(pool.snapshot().failed()).isZero();
    }
  }

  private static List<Integer> sizes(Random random) {
    List<Integer> sizes = new ArrayList<>(Collections.nCopies(OF_EACH, SMALL_MEBIBYTES));
    sizes.addAll(Collections.nCopies(OF_EACH, LARGE_MEBIBYTES));
    Collections.shuffle(sizes, random);
    return sizes;
  }
}
