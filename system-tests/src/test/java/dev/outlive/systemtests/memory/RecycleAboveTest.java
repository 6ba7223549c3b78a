package dev.outlive.systemtests.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.systemtests.Await;
import dev.outlive.task.Bytes;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.NoLeaks;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers whose tasks leave memory behind are replaced before it is too much. Budget: 20 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class RecycleAboveTest {
  private static final int MOST_IN_ONE = 8;

  /** More than two workers may do. */
  private static final int TASKS = 20;

  private static final int LEFT_MEBIBYTES = 60;
  private static final Bytes LIMIT = Bytes.ofMebibytes(150);

  /** What tasks of this worker have left behind. */
  private static final List<OffHeap> KEPT = new ArrayList<>();

  private final Events events = new Events();

  /**
   * What a task returns.
   *
   * @param kept how many tasks have left something in this worker
   */
  private record Leak(int number, long pid, int kept) implements Serializable {
    /** So slowly that a worker's item ends before its successor is ready. */
    static void startSlowly() throws InterruptedException {
      Thread.sleep(Duration.ofMillis(1_200));
    }

    /**
     * For a task: takes long enough for the pool to look, which far from a limit it seldom does.
     */
    static Leak leave(int number) throws InterruptedException {
      KEPT.add(OffHeap.take(LEFT_MEBIBYTES));
      Thread.sleep(Duration.ofMillis(600));
      return new Leak(number, ProcessHandle.current().pid(), KEPT.size());
    }
  }

  @ParameterizedTest(name = "{0} workers")
  @ValueSource(ints = {1, 2})
  void a_worker_that_has_grown_leaves_when_its_successor_is_ready(int workers) throws Exception {
    List<Leak> leaks = new ArrayList<>();
    try (ProcessPool pool =
        ProcessPool.builder()
            .name("recycle")
            .workers(workers)
            .jvmArgs(Await.QUICK_START)
            .maxHeap(Bytes.ofMebibytes(32))
            .recycleAbove(LIMIT)
            .initializer(Leak::startSlowly)
            .listener(events)
            .build()) {
      List<TaskFuture<Leak>> all = new ArrayList<>();
      for (int i = 0; i < TASKS; i++) {
        int number = i;
        all.add(pool.submit(() -> Leak.leave(number)));
      }
      for (TaskFuture<Leak> one : all) {
        leaks.add(Await.result(one));
      }
      assertThat(pool.killedTasks()).isEmpty();
      assertThat(pool.snapshot().retried()).isZero();
      assertThat(pool.snapshot().deaths()).isZero();
    }

    Await.until("all is told", () -> !events.of(PoolEvent.PoolTerminated.class).isEmpty());
    assertThat(leaks).extracting(Leak::number).isSorted().doesNotHaveDuplicates();
    assertThat(leaks.stream().map(Leak::pid).distinct()).hasSizeBetween(3, TASKS);
    assertThat(leaks)
        .extracting(Leak::kept)
        .as("left in one worker")
        .allMatch(kept -> kept <= MOST_IN_ONE);
    List<PoolEvent.WorkerGrown> grown = events.of(PoolEvent.WorkerGrown.class);
    assertThat(grown).hasSizeGreaterThanOrEqualTo(2);
    grown.forEach(one -> assertReplaced(one, workers));
  }

  /** Its successor comes first, unless there is nothing more to do. */
  private void assertReplaced(PoolEvent.WorkerGrown grown, int workers) {
    assertThat(grown.limitBytes()).isEqualTo(LIMIT.count());
    assertThat(grown.heldBytes()).isGreaterThan(LIMIT.count());
    List<PoolEvent> all = events.all();
    int left = indexOf(all, event -> isLeaving(event) && diedOf(event) == grown.worker());
    assertThat(left).as("it has left").isGreaterThan(all.indexOf(grown));
    List<PoolEvent> after = all.subList(left, all.size());
    if (after.stream().anyMatch(PoolEvent.TaskStarted.class::isInstance)) {
      List<PoolEvent> before = all.subList(0, left + 1);
      long ready = before.stream().filter(PoolEvent.WorkerReady.class::isInstance).count();
      long gone = before.stream().filter(RecycleAboveTest::isLeaving).count();
      assertThat(ready - gone)
          .as("workers that are ready once it has left")
          .isGreaterThanOrEqualTo(workers);
    }
  }

  private static boolean isLeaving(PoolEvent event) {
    return event instanceof PoolEvent.WorkerDied died && died.asked();
  }

  private static int diedOf(PoolEvent event) {
    return event instanceof PoolEvent.WorkerDied died ? died.worker() : -1;
  }

  private static int indexOf(List<PoolEvent> events, Predicate<PoolEvent> wanted) {
    for (int i = 0; i < events.size(); i++) {
      if (wanted.test(events.get(i))) {
        return i;
      }
    }
    return -1;
  }
}
