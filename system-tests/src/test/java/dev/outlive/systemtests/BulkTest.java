package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.UndecodableException;
import dev.outlive.os.Program;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.Bytes;
import dev.outlive.task.TaskContext;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** Large arrays travel through memory, and are whole whatever dies. Budget: 20 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class BulkTest {
  private static final int LARGE = 12_500_000;
  private static final Duration SOON = Duration.ofMillis(1);

  private record Result(String name, double[] one, Object same, List<Integer> list)
      implements Serializable {}

  private static ProcessPoolBuilder builder(int workers) {
    return ProcessPool.builder().name("bulk").workers(workers);
  }

  private static double[] numbers(int length, int seed) {
    double[] numbers = new double[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = seed + i;
    }
    return numbers;
  }

  private static boolean isWhole(double[] array, int length, int seed) {
    if (array.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (array[i] != seed + i) {
        return false;
      }
    }
    return true;
  }

  private static List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(Program.directory())) {
      return files
          .filter(f -> f.getFileName().toString().startsWith(Program.current().segmentPrefix()))
          .toList();
    }
  }

  @Test
  void a_hundred_megabytes_go_there_and_back_in_a_lambda_and_in_a_run() throws Exception {
    double[] array = numbers(LARGE, 1);
    try (ProcessPool pool = builder(1).build()) {
      for (int i = 0; i < 3; i++) {
        assertThat(pool.call(() -> isWhole(array, LARGE, 1))).isTrue();
        assertThat(isWhole(pool.call(() -> numbers(LARGE, 2)), LARGE, 2)).isTrue();
      }
      List<double[]> back = pool.map(in -> in, List.of(array, numbers(1_000_000, 5)));
      assertThat(isWhole(back.get(0), LARGE, 1)).isTrue();
      assertThat(isWhole(back.get(1), 1_000_000, 5)).isTrue();
      assertThat(segments()).isNotEmpty();
    }
    assertThat(segments()).isEmpty();
  }

  @Test
  void an_array_within_a_result_is_one_array_where_it_was_one() throws Exception {
    try (ProcessPool pool = builder(1).build()) {
      Result result =
          pool.call(
              () -> {
                double[] one = numbers(100_000, 3);
                return new Result(
                    "r", one, List.of(one), IntStream.range(0, 50_000).boxed().toList());
              });
      assertThat(isWhole(result.one(), 100_000, 3)).isTrue();
      assertThat(((List<?>) result.same()).getFirst()).isSameAs(result.one());
      assertThat(result.list()).hasSize(50_000).startsWith(0, 1);
    }
  }

  /** Results that wait for their decoding keep no segment: it is the worker's again at once. */
  @Test
  void many_workers_and_many_results_get_nothing_mixed_up() throws Exception {
    double[] table = numbers(300_000, 9);
    try (ProcessPool pool = builder(3).memoryPerWorker(Bytes.ofMebibytes(512)).build()) {
      List<Integer> seeds = IntStream.range(0, 60).boxed().toList();
      List<double[]> back =
          pool.map(
              seed -> {
                if (!isWhole(table, 300_000, 9)) {
                  throw new IllegalStateException("the table is damaged");
                }
                return numbers(200_000 + 1_000 * seed, seed);
              },
              seeds);
      for (int seed : seeds) {
        assertThat(isWhole(back.get(seed), 200_000 + 1_000 * seed, seed)).isTrue();
      }
    }
  }

  /** 64 MiB of arguments and as much of results on a worker that may hold 256 MiB: not its own. */
  @Test
  void segments_do_not_count_as_the_worker_s_memory() throws Exception {
    try (ProcessPool pool = builder(1).memoryPerWorker(Bytes.ofMebibytes(256)).build()) {
      double[] array = numbers(4 << 20, 1);
      for (int i = 0; i < 5; i++) {
        assertThat(pool.call(() -> array.length)).isEqualTo(4 << 20);
        assertThat(pool.call(() -> new double[4 << 20])).hasSize(4 << 20);
      }
    }
  }

  @Test
  void a_retry_gets_the_argument_whole_though_the_first_attempt_died_with_it() throws Exception {
    double[] array = numbers(1_000_000, 4);
    RetryPolicy twice = RetryPolicy.onCrash().attempts(3).backoff(SOON, SOON);
    try (ProcessPool pool = builder(2).retry(twice).build()) {
      for (int i = 0; i < 3; i++) {
        assertThat(
                pool.call(
                    () -> {
                      if (!isWhole(array, 1_000_000, 4)) {
                        throw new IllegalStateException("damaged");
                      }
                      array[7] = -1; // its own copy
                      if (TaskContext.current().attempt() < 3) {
                        Runtime.getRuntime().halt(137);
                      }
                      return array[7];
                    }))
            .isEqualTo(-1);
      }
    }
  }

  @Test
  void workers_that_are_killed_at_any_moment_of_a_result_lose_that_one_alone() throws Exception {
    try (ProcessPool pool =
        builder(2).retry(RetryPolicy.onCrash().attempts(50).backoff(SOON, SOON)).build()) {
      List<TaskFuture<double[]>> futures = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        int seed = i;
        futures.add(pool.submit(() -> numbers(2_000_000, seed)));
      }
      for (int i = 0; i < 30; i++) {
        if (i % 3 == 0) {
          killOne(pool);
        }
        assertThat(isWhole(futures.get(i).get(60, TimeUnit.SECONDS), 2_000_000, i)).isTrue();
      }
    }
  }

  private static void killOne(ProcessPool pool) {
    pool.snapshot().workers().stream()
        .flatMap(worker -> worker.pid().stream().boxed())
        .findAny()
        .flatMap(ProcessHandle::of)
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void a_cancelled_task_gives_its_argument_s_room_back() throws Exception {
    double[] array = numbers(1_000_000, 4);
    try (ProcessPool pool = builder(1).build()) {
      for (int i = 0; i < 20; i++) {
        TaskFuture<Double> future =
            pool.submit(
                () -> {
                  Thread.sleep(60_000);
                  return array[0];
                });
        future.cancel(true);
      }
      assertThat(pool.call(() -> isWhole(array, 1_000_000, 4))).isTrue();
      assertThat(segments().size()).isLessThanOrEqualTo(21);
    }
  }

  @Test
  void what_is_too_large_to_come_back_is_told_with_its_size_in_memory() throws Exception {
    try (ProcessPool pool = builder(1).maxResultBytes(Bytes.ofMebibytes(1)).build()) {
      assertThatThrownBy(() -> pool.submit(() -> new double[1 << 20]).get())
          .cause()
          .isInstanceOf(UndecodableException.class)
          .hasMessageContaining("8.0 MiB")
          .hasMessageContaining("maxResultBytes");
      assertThat(pool.call(() -> numbers(100_000, 1))).hasSize(100_000);
    }
  }

  @Test
  void what_is_too_large_to_come_back_leaves_its_segment_to_the_next() throws Exception {
    try (ProcessPool pool = builder(1).maxResultBytes(Bytes.ofMebibytes(1)).build()) {
      for (int i = 0; i < 8; i++) {
        assertThatThrownBy(() -> pool.submit(() -> new double[1 << 18]).get())
            .hasCauseInstanceOf(UndecodableException.class);
      }
      assertThat(segments()).hasSize(1);
    }
  }
}
