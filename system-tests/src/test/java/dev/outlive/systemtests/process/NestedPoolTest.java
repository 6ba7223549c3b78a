package dev.outlive.systemtests.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.failure.UndecodableException;
import dev.outlive.systemtests.Await;
import dev.outlive.task.Task;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pools within the workers of pools. Budget: 35 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 90, threadMode = ThreadMode.SEPARATE_THREAD)
class NestedPoolTest {
  private static final Duration GONE = Duration.ofSeconds(20);

  @TempDir Path scratch;

  // ---- one end for all

  /** How the outermost program ends. */
  enum End {
    KILLED,
    KILLED_WITH_FROZEN_WORKERS,
    ASKED
  }

  @ParameterizedTest
  @EnumSource
  void three_levels_of_pools_end_with_the_root(End end) throws Exception {
    Path sign = scratch.resolve("sign");
    try (Program root = Program.start(scratch, NestedProgram.class, sign)) {
      root.awaitLine(NestedProgram.READY);
      assertThat(root.workers()).hasSize(NestedProgram.LEVELS);
      Await.until("a guardian of each", () -> root.guardians().size() == NestedProgram.LEVELS);
      switch (end) {
        case KILLED -> root.kill();
        case KILLED_WITH_FROZEN_WORKERS -> {
          for (long worker : root.workers()) {
            Signal.STOP.to(worker);
          }
          root.kill();
        }
        case ASKED -> Signal.TERM.to(root.pid());
      }
      root.awaitNothingLeft(GONE);
    }
  }

  // ---- how deep

  private static String refusalAt(int level) throws Exception {
    try (ProcessPool pool = NestedProgram.builder().build()) {
      return pool.call(() -> "level " + level + ": " + refusalAt(level + 1));
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }

  @Test
  void a_pool_that_is_one_too_deep_is_refused() throws Exception {
    assertThat(refusalAt(1))
        .startsWith(
            "level 1: level 2: level 3: pool \"nested\" cannot be built: it would be number 4")
        .contains("set nesting(4) on the outermost pool's builder");
  }

  @Test
  void the_outermost_pool_decides() throws Exception {
    try (ProcessPool pool = NestedProgram.builder().nesting(1).build()) {
      assertThat(pool.call(() -> refusalAt(2)))
          .contains("number 2 of pools within each other, and 1 is allowed");
    }
  }

  // ---- how many

  private static int[] workersOf(int wanted) throws Exception {
    try (ProcessPool pool = NestedProgram.builder().workers(wanted).warmSpares(1).build()) {
      List<TaskFuture<Long>> futures = new ArrayList<>();
      for (int i = 0; i < 3 * wanted; i++) {
        futures.add(pool.submit(() -> ProcessHandle.current().pid()));
      }
      int most = 0;
      Set<Long> pids = new HashSet<>();
      for (TaskFuture<Long> future : futures) {
        most = Math.max(most, pool.snapshot().workers().size());
        pids.add(future.get());
      }
      return new int[] {pids.size(), most};
    }
  }

  @Test
  void pools_within_share_the_root_s_workers_and_none_waits_for_ever() throws Exception {
    int root = 2 * Runtime.getRuntime().availableProcessors();
    try (ProcessPool pool = NestedProgram.builder().workers(root).build()) {
      List<TaskFuture<int[]>> futures =
          IntStream.range(0, 2).mapToObj(i -> pool.submit(() -> workersOf(3))).toList();
      for (TaskFuture<int[]> future : futures) {
        assertThat(Await.result(future)).containsExactly(1, 1);
        assertThat(future.output().err())
            .contains("whose share is 1 workers; so it has 1 instead of 3");
      }
    }
  }

  // ---- where none can be built

  /** A class with a pool in a static field, and a task whose code is in that class. */
  static final class StaticPool {
    static final ProcessPool POOL = NestedProgram.builder().build();

    static Task<Integer> task() {
      return () -> 1;
    }

    private StaticPool() {}
  }

  @Test
  void a_pool_in_a_static_field_is_refused_in_workers_with_its_class_named() throws Exception {
    try (ProcessPool pool = StaticPool.POOL) {
      for (int i = 0; i < 2; i++) {
        assertThat(Await.failure(pool.submit(StaticPool.task())))
            .isInstanceOf(UndecodableException.class)
            .hasMessageContaining("cannot be built: it is built by " + StaticPool.class.getName())
            .hasMessageContaining("initialises or decodes that class");
      }
      assertThat(pool.snapshot().deaths()).isZero();
      assertThat(guardiansOfWorkers()).isEmpty();
    }
  }

  private static Set<ProcessHandle> guardiansOfWorkers() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains("WorkerMain"))
        .flatMap(ProcessHandle::descendants)
        .collect(Collectors.toSet());
  }

  /** A task that wants a pool as soon as it is decoded. */
  static final class EagerTask implements Task<Integer> {
    private static final long serialVersionUID = 1;

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      NestedProgram.builder().build().close();
    }

    @Override
    public Integer call() {
      return 1;
    }
  }

  @Test
  void a_pool_that_is_built_while_a_task_is_decoded_is_refused() throws Exception {
    try (ProcessPool pool = NestedProgram.builder().build()) {
      assertThat(Await.failure(pool.submit(new EagerTask())))
          .isInstanceOf(UndecodableException.class)
          .hasMessageContaining("cannot be built: it is built by " + EagerTask.class.getName());
    }
  }
}
