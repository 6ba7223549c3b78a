package dev.outlive.systemtests.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.memory.OwnerDiedException;
import dev.outlive.memory.SharedByteArray;
import dev.outlive.memory.SharedIntArray;
import dev.outlive.memory.SharedLock;
import dev.outlive.memory.SharedLong;
import dev.outlive.task.Bytes;
import dev.outlive.testkit.NoLeaks;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tasks and what they share with the program and with each other. Budget: 30 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class SharedInPoolTest {
  private static final int TIMES = 200;
  private static final int TASKS = 6;
  private static final int ADDS = 10_000;

  /** An object of the user's, with shared memory in it. */
  private record Job(String name, SharedLong total, List<SharedIntArray> arrays)
      implements Serializable {}

  @Test
  void it_travels_as_capture_argument_result_field_and_element() throws Exception {
    try (ProcessPool pool = ProcessPool.builder().workers(2).build();
        SharedLong total = SharedLong.create(1);
        SharedIntArray array = SharedIntArray.create(new int[] {1, 2, 3})) {
      assertThat(pool.call(() -> total.addAndGet(10))).isEqualTo(11);
      assertThat(pool.map(shared -> shared.addAndGet(100), List.of(total, total)))
          .containsExactlyInAnyOrder(111L, 211L);
      assertThat(pool.call(() -> total)).isSameAs(total);
      Job job = new Job("job", total, List.of(array, array));
      assertThat(pool.map(SharedInPoolTest::work, List.of(job)).getFirst()).isEqualTo(job);
      assertThat(total.get()).isEqualTo(1_211);
      assertThat(array.toArray()).containsExactly(1, 2, 42);
    }
  }

  private static Job work(Job job) {
    long _ = job.total().addAndGet(1_000);
    job.arrays().getLast().set(2, 42);
    return job;
  }

  @Test
  void what_a_worker_makes_outlives_it() throws Exception {
    try (ProcessPool pool = ProcessPool.builder().workers(1).recycleAfter(1).build()) {
      List<SharedIntArray> made =
          pool.map(n -> SharedIntArray.create(new int[] {n, n * n}), List.of(3, 4));
      for (int i = 0; i < 2; i++) {
        try (SharedIntArray array = made.get(i)) {
          assertThat(array.toArray()).containsExactly(i + 3, (i + 3) * (i + 3));
          assertThat(pool.call(() -> array.addAndGet(0, 1))).isEqualTo(i + 4);
        }
      }
    }
  }

  @Test
  void what_a_worker_met_as_a_lock_first_comes_back_as_what_it_is() throws Exception {
    try (ProcessPool pool = ProcessPool.builder().workers(1).build();
        SharedLong number = SharedLong.create(5)) {
      SharedLock mutex = number.mutex();
      pool.call(
          () -> {
            mutex.lock();
            mutex.unlock();
          });
      SharedLong back = pool.call(() -> number);
      assertThat(back).isSameAs(number);
      assertThat(pool.<List<Object>>call(() -> List.of(mutex, number)))
          .containsExactly(mutex, number);
    }
  }

  @Test
  void squares_are_right_two_hundred_times_in_a_row() throws Exception {
    try (ProcessPool pool = ProcessPool.builder().workers(TASKS).build()) {
      for (int time = 0; time < TIMES; time++) {
        try (SharedIntArray squares = SharedIntArray.create(TASKS);
            SharedLong total = SharedLong.create()) {
          pool.forEach(
              i -> {
                squares.set(i, i * i);
                SharedLock lock = total.mutex();
                lock.lock();
                try {
                  total.setPlain(total.getPlain() + i * i);
                } finally {
                  lock.unlock();
                }
              },
              IntStream.range(0, TASKS).boxed().toList());
          assertThat(squares.toArray()).containsExactly(0, 1, 4, 9, 16, 25);
          assertThat(total.get()).isEqualTo(55);
        }
      }
    }
  }

  @Test
  void sixty_thousand_are_added_under_the_lock_and_atomically() throws Exception {
    try (ProcessPool pool = ProcessPool.builder().workers(TASKS).build();
        SharedLong locked = SharedLong.create();
        SharedLong atomic = SharedLong.create()) {
      pool.forEach(
          i -> {
            for (int n = 0; n < ADDS; n++) {
              locked.mutex().lock();
              locked.setPlain(locked.getPlain() + 1);
              locked.mutex().unlock();
              long _ = atomic.incrementAndGet();
            }
          },
          IntStream.range(0, TASKS).boxed().toList());
      assertThat(locked.get()).isEqualTo(60_000);
      assertThat(atomic.get()).isEqualTo(60_000);
    }
  }

  @Test
  void a_task_that_dies_with_the_lock_is_told_to_the_next_and_the_pool_goes_on() throws Exception {
    try (ProcessPool pool = ProcessPool.builder().workers(2).build();
        SharedLong total = SharedLong.create()) {
      assertThatThrownBy(
              () ->
                  pool.call(
                      () -> {
                        total.mutex().lock();
                        Runtime.getRuntime().halt(7);
                        return 0;
                      }))
          .isInstanceOf(WorkerDiedException.class);
      assertThatThrownBy(() -> total.mutex().lock())
          .isInstanceOf(OwnerDiedException.class)
          .hasMessageContaining("died");
      assertThat(
              pool.call(
                  () -> {
                    boolean repaired = total.mutex().lockOrRecover(death -> total.set(100));
                    total.mutex().unlock();
                    return repaired;
                  }))
          .isTrue();
      assertThat(total.get()).isEqualTo(100);
    }
  }

  @Test
  void a_large_shared_array_does_not_count_as_memory_of_its_readers() throws Exception {
    try (ProcessPool pool =
            ProcessPool.builder().workers(1).memoryPerWorker(Bytes.ofMebibytes(256)).build();
        SharedByteArray large = SharedByteArray.create(512L << 20)) {
      large.fill((byte) 1);
      assertThat(pool.call(() -> sum(large))).isEqualTo(512L << 20);
      assertThat(pool.killedTasks()).isEmpty();
    }
  }

  /** Reads all of it, and goes on for as long as it takes to be looked at. */
  private static long sum(SharedByteArray large) throws InterruptedException {
    long sum = 0;
    byte[] part = new byte[1 << 20];
    for (long at = 0; at < large.length(); at += part.length) {
      large.copyTo(at, part, 0, part.length);
      for (byte b : part) {
        sum += b;
      }
    }
    Thread.sleep(1_500);
    return sum;
  }

  @Test
  void what_was_closed_before_its_task_began_says_so() throws Exception {
    try (ProcessPool pool = ProcessPool.builder().workers(1).build()) {
      SharedLong total = SharedLong.create(1);
      var gate = pool.submit(() -> Thread.sleep(300));
      var late = pool.submit(() -> total.get());
      total.close();
      gate.get();
      assertThatThrownBy(late::get).hasStackTraceContaining("SharedLong");
    }
  }
}
