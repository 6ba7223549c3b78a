package dev.outlive.systemtests.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.systemtests.Await;
import dev.outlive.systemtests.JavaWrapper;
import dev.outlive.systemtests.Kernel;
import dev.outlive.task.Bytes;
import dev.outlive.task.Outcome;
import dev.outlive.task.TaskContext;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.Crash;
import dev.outlive.testkit.Exhaust;
import dev.outlive.testkit.NoLeaks;
import dev.outlive.testkit.PoolAssert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Deaths that look alike, by real means and in random order in the same control groups, and what
 * they are called. Ten of each; as many as wanted with {@code -Doutlive.deaths=100}. Budget: 60 s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 20, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class ConfusionMatrixTest {
  private static final int OF_EACH = Integer.getInteger("outlive.deaths", 10);
  private static final long SEED = 20261128;
  private static final int LIMIT_MEBIBYTES = 256;

  /** Nearly all of the limit, so that a death looks like one for want of memory. */
  private static final int MOST_MEBIBYTES = 170;

  private static final String ADDRESS_SPACE = "ulimit -v 4000000";
  private static final Duration DEATH_LIMIT = Duration.ofSeconds(60);

  /** What is done to a worker; each is named as it should be diagnosed. */
  private enum Deed {
    KERNEL_OOM,
    SIGKILL,
    HEAP_OOM,
    NATIVE_MEMORY_OOM,
    EXIT;

    /** For a task. */
    void commit() throws Exception {
      switch (this) {
        case KERNEL_OOM -> OffHeap.exhaust();
        case SIGKILL -> {
          try (OffHeap _ = OffHeap.take(MOST_MEBIBYTES)) {
            TaskContext.current().progress(1, 1); // now it may be killed
            Thread.sleep(DEATH_LIMIT);
          }
        }
        case HEAP_OOM -> Exhaust.heap();
        case NATIVE_MEMORY_OOM -> Exhaust.nativeMemory();
        case EXIT -> {
          try (OffHeap _ = OffHeap.take(MOST_MEBIBYTES)) {
            Crash.exit(137);
          }
        }
      }
    }

    /** Where a successor has started in the same group before the exit, its count is for both. */
    Certainty leastCertainty(boolean ownGroup) {
      return switch (this) {
        case KERNEL_OOM -> ownGroup ? Certainty.PROVEN : Certainty.LIKELY;
        case HEAP_OOM -> Certainty.PROVEN;
        case NATIVE_MEMORY_OOM -> Certainty.LIKELY; // the JVM may find no memory for its report
        case SIGKILL, EXIT -> Kernel.tellsExitFromSignal() ? Certainty.PROVEN : Certainty.LIKELY;
      };
    }
  }

  /** How often each deed was called what. */
  private static final class Matrix {
    private final boolean ownGroups;
    private final Map<Deed, Map<Cause, Integer>> counts = new EnumMap<>(Deed.class);
    private final List<String> wrong = new ArrayList<>();

    Matrix(boolean ownGroups) {
      this.ownGroups = ownGroups;
    }

    void add(Deed deed, Diagnosis diagnosis) {
      counts.computeIfAbsent(deed, _ -> new TreeMap<>()).merge(diagnosis.cause(), 1, Integer::sum);
      if (!diagnosis.cause().name().equals(deed.name())
          || diagnosis.certainty().compareTo(deed.leastCertainty(ownGroups)) > 0) {
        wrong.add(deed + " was called " + diagnosis + ", and said " + diagnosis.stderrTail());
      }
    }

    void assertDiagonal() {
      assertThat(wrong).as("what was called wrongly, of %s", counts).isEmpty();
      assertThat(counts)
          .hasSize(Deed.values().length)
          .allSatisfy((_, causes) -> assertThat(causes.values()).containsExactly(OF_EACH));
    }
  }

  @TempDir private Path homes;

  private static ProcessPoolBuilder builder() {
    return ProcessPool.builder()
        .name("confused")
        .jvmArgs(Await.QUICK_START)
        .maxHeap(Bytes.ofMebibytes(48));
  }

  @Test
  void in_groups_that_somebody_else_has_made() throws Exception {
    try (MemoryGroup one = MemoryGroup.of(LIMIT_MEBIBYTES);
        MemoryGroup other = MemoryGroup.of(LIMIT_MEBIBYTES);
        ProcessPool first = builder().workers(1).javaHome(within("one", one)).build();
        ProcessPool second = builder().workers(1).javaHome(within("other", other)).build()) {
      run(List.of(first, second), false);
      assertThat(one.kills() + other.kills()).as("the kernel's own count").isEqualTo(OF_EACH);
    }
  }

  private Path within(String name, MemoryGroup group) throws IOException {
    return JavaWrapper.home(homes.resolve(name), ADDRESS_SPACE + "\n" + group.join());
  }

  @Test
  void in_groups_that_the_pool_makes() throws Exception {
    try (MemoryGroup probe = MemoryGroup.of(LIMIT_MEBIBYTES);
        ProcessPool pool =
            builder()
                .workers(2)
                .javaHome(JavaWrapper.home(homes, ADDRESS_SPACE))
                .memoryPerWorker(new Bytes(probe.limitBytes()))
                .isolateMemory(true)
                .build()) {
      run(List.of(pool), true);
    }
  }

  private static void run(List<ProcessPool> pools, boolean ownGroups) throws Exception {
    List<Deed> deeds = new ArrayList<>();
    for (int i = 0; i < OF_EACH; i++) {
      deeds.addAll(List.of(Deed.values()));
    }
    Collections.shuffle(deeds, new Random(SEED));
    List<TaskFuture<Void>> ends = new ArrayList<>();
    for (Deed deed : deeds) {
      ProcessPool pool = pools.get(ends.size() % pools.size());
      ends.add(pool.submit(deed::commit, TaskOptions.named(deed.name())));
    }
    Matrix matrix = new Matrix(ownGroups);
    for (int i = 0; i < deeds.size(); i++) {
      TaskFuture<Void> end = ends.get(i);
      Await.until(
          DEATH_LIMIT,
          "the end of " + deeds.get(i),
          () -> {
            for (ProcessPool pool : pools) {
              killFromOutside(pool);
            }
            return end.isDone();
          });
      if (!(end.outcome() instanceof Outcome.Died<Void> died)) {
        throw new AssertionError(deeds.get(i) + " killed nobody: " + end.outcome());
      }
      Diagnosis diagnosis = died.diagnosis();
      matrix.add(deeds.get(i), diagnosis);
      if (diagnosis.crashReport().isPresent()) {
        Files.delete(diagnosis.crashReport().get());
      }
    }
    matrix.assertDiagonal();
    for (ProcessPool pool : pools) {
      PoolAssert.assertUsable(pool);
    }
  }

  /** Kills those workers that wait for it, as {@code kill -9} does. */
  private static void killFromOutside(ProcessPool pool) {
    pool.snapshot().workers().stream()
        .filter(ConfusionMatrixTest::waitsToBeKilled)
        .flatMapToLong(worker -> worker.pid().stream())
        .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
  }

  private static boolean waitsToBeKilled(PoolSnapshot.Worker worker) {
    return worker
        .work()
        .filter(work -> work.name().equals(Deed.SIGKILL.name()) && work.progressDone() > 0)
        .isPresent();
  }
}
