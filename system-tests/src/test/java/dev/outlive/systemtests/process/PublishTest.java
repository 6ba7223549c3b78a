package dev.outlive.systemtests.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.Cause;
import dev.outlive.failure.TaskTimeoutException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.monitor.KilledTask;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.systemtests.Await;
import dev.outlive.systemtests.process.Trial.Means;
import dev.outlive.systemtests.process.Trial.Moment;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.NoLeaks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A worker dies, is late or is cancelled at every step of an attempt and at many bytes of its
 * result: no attempt is both published and tried again, no result that was published is lost, none
 * is delivered twice. What ran is read from a ledger of which the pool knows nothing.
 *
 * <p>Budget: 60 s.
 */
@Tag("either-world")
@ExtendWith(NoLeaks.class)
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class PublishTest {
  private static final int LARGE = 4 << 20;
  private static final int HUGE = 100 << 20;

  /** What the worker may have written ahead of the tap. */
  private static final int PIPE_BYTES = 64 << 10;

  /** Enough for a worker that has just started to come to any moment, on a busy machine too. */
  private static final Duration LIMIT = Duration.ofMillis(1_500);

  @TempDir Path scratch;

  private static ProcessPoolBuilder pool() {
    return ProcessPool.builder().name("publish").workers(1);
  }

  // ---- deaths

  @ParameterizedTest
  @EnumSource
  void a_death_before_the_last_byte_costs_the_attempt_and_one_after_it_nothing(Moment moment)
      throws Exception {
    Attempts attempts = Attempts.in(scratch);
    boolean published = moment.compareTo(Moment.PUBLISHED) >= 0;
    try (ProcessPool pool = pool().build()) {
      TaskFuture<Result> future = pool.submit(new Trial(attempts, 1, moment, Means.DIE));
      if (published) {
        assertThat(Await.result(future).attempt).isEqualTo(1);
        assertThat(pool.killedTasks()).isEmpty();
      } else {
        assertThatThrownBy(() -> Await.result(future)).hasCauseInstanceOf(WorkerDiedException.class);
        assertThat(pool.killedTasks()).hasSize(1);
      }
      Await.until("its death is known", () -> pool.snapshot().deaths() == 1);
      assertThat(attempts.of(1)).containsExactly(1);
      assertThat(pool.call(() -> 7)).isEqualTo(7);
      assertThat(pool.snapshot().done()).isEqualTo(published ? 2 : 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void what_was_published_is_not_tried_again(Moment moment) throws Exception {
    Attempts attempts = Attempts.in(scratch);
    boolean published = moment.compareTo(Moment.PUBLISHED) >= 0;
    try (ProcessPool pool = pool().retry(RetryPolicy.onCrash().attempts(5)).build()) {
      Result result = Await.result(pool.submit(new Trial(attempts, 1, moment, Means.DIE)));
      assertThat(result.attempt).isEqualTo(published ? 1 : 2);
      assertThat(result.whole(Trial.SIZE)).isTrue();
      Await.until("its death is known", () -> pool.snapshot().deaths() == 1);
      assertThat(pool.call(() -> 7)).isEqualTo(7);
      assertThat(attempts.of(1)).isEqualTo(published ? List.of(1) : List.of(1, 2));
      assertThat(pool.killedTasks())
          .extracting(KilledTask::attempt, KilledTask::retried)
          .hasSize(published ? 0 : 1);
    }
  }

  @Test
  void what_was_only_offered_goes_elsewhere_uncharged() throws Exception {
    Attempts attempts = Attempts.in(scratch);
    try (ProcessPool pool = pool().build()) {
      long pid = pool.call(() -> ProcessHandle.current().pid());
      Signal.STOP.to(pid);
      TaskFuture<Integer> future = pool.submit(() -> attempts.mark(1));
      Await.until("it is at the worker", () -> pool.snapshot().running() == 1);
      Signal.KILL.to(pid);
      assertThat(Await.result(future)).isEqualTo(1);
      assertThat(attempts.of(1)).containsExactly(1);
      assertThat(pool.killedTasks()).isEmpty();
    }
  }

  static Result dyingAfter(long bytes, int item, Attempts attempts, int size) {
    int attempt = attempts.mark(item);
    if (attempt == 1) {
      LinkTap.dieAfter(bytes);
    }
    return new Result(item, attempt, size, null);
  }

  @Tag("either-world")
  @Test
  void a_result_of_4_MB_is_cut_at_many_bytes() throws Exception {
    Attempts attempts = Attempts.in(scratch);
    long all = Trial.frameBytes(LARGE);
    List<Long> cuts =
        new ArrayList<>(List.of(0L, 1L, 2L, 3L, 4L, 8L, 12L, 15L, 16L, 17L, 20L, 43L, 44L, 45L));
    new Random(1).longs(22, 46, all - 2 * PIPE_BYTES).forEach(cuts::add);
    try (ProcessPool pool = pool().workers(2).retry(RetryPolicy.onCrash().attempts(2)).build()) {
      List<Result> results =
          pool.map(
              item -> dyingAfter(cuts.get(item), item, attempts, LARGE),
              IntStream.range(0, cuts.size()).boxed().toList());
      for (int item = 0; item < cuts.size(); item++) {
        Result result = results.get(item);
        assertThat(result.item).isEqualTo(item);
        assertThat(result.attempt).as("cut at %s", cuts.get(item)).isEqualTo(2);
        assertThat(result.whole(LARGE)).isTrue();
        assertThat(attempts.of(item)).containsExactly(1, 2);
      }
      assertThat(pool.killedTasks()).hasSize(cuts.size()).allMatch(KilledTask::retried);
      assertThat(pool.snapshot().deaths()).isEqualTo(cuts.size());
    }
  }

  /** One by one: the worker is ahead of the tap here, and would begin with the next. */
  @Tag("either-world")
  @Test
  void a_result_of_4_MB_is_cut_at_its_end() throws Exception {
    Attempts attempts = Attempts.in(scratch);
    long all = Trial.frameBytes(LARGE);
    try (ProcessPool pool = pool().retry(RetryPolicy.onCrash().attempts(2)).build()) {
      int item = 0;
      for (long cut : new long[] {all - PIPE_BYTES, all - 4096, all - 2, all - 1, all}) {
        int number = item++;
        Result result = pool.call(() -> dyingAfter(cut, number, attempts, LARGE));
        boolean published = cut == all;
        assertThat(result.attempt).as("%s short", all - cut).isEqualTo(published ? 1 : 2);
        assertThat(result.whole(LARGE)).isTrue();
        assertThat(attempts.of(number)).isEqualTo(published ? List.of(1) : List.of(1, 2));
      }
    }
  }

  @Tag("either-world")
  @Test
  void a_result_of_100_MB_is_cut_half_way() throws Exception {
    Attempts attempts = Attempts.in(scratch);
    try (ProcessPool pool = pool().retry(RetryPolicy.onCrash().attempts(2)).build()) {
      Result result = pool.call(() -> dyingAfter(HUGE / 2, 1, attempts, HUGE));
      assertThat(result.attempt).isEqualTo(2);
      assertThat(result.whole(HUGE)).isTrue();
      assertThat(attempts.of(1)).containsExactly(1, 2);
    }
  }

  // ---- limits

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"PUBLISHED", "DONE"})
  void what_is_late_is_tried_again_if_it_cannot_be_published_any_more(Moment moment)
      throws Exception {
    Attempts attempts = Attempts.in(scratch);
    try (ProcessPool pool =
        pool()
            .timeout(LIMIT)
            .grace(Duration.ofMillis(200))
            .retry(RetryPolicy.on(Cause.TIMEOUT).attempts(10))
            .build()) {
      Result result = Await.result(pool.submit(new Trial(attempts, 1, moment, Means.HANG)));
      // a busy machine may well make a later attempt late too
      assertThat(result.attempt).isGreaterThan(1).isEqualTo(attempts.of(1).getLast());
      assertThat(attempts.of(1)).isSorted().doesNotHaveDuplicates();
      assertThat(pool.killedTasks())
          .hasSize(result.attempt - 1)
          .allMatch(killed -> killed.diagnosis().cause() == Cause.TIMEOUT);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"PUBLISHED", "DONE"})
  void what_is_late_fails_without_a_retry(Moment moment) throws Exception {
    Attempts attempts = Attempts.in(scratch);
    TaskOptions limited = TaskOptions.named("late").withTimeout(LIMIT);
    try (ProcessPool pool = pool().grace(Duration.ofMillis(200)).build()) {
      TaskFuture<Result> future = pool.submit(new Trial(attempts, 1, moment, Means.HANG), limited);
      assertThatThrownBy(() -> Await.result(future)).hasCauseInstanceOf(TaskTimeoutException.class);
      assertThat(pool.call(() -> 7)).isEqualTo(7);
      assertThat(attempts.of(1)).containsExactly(1);
    }
  }

  @Test
  void a_result_on_its_way_is_awaited_and_the_worker_lives_on() throws Exception {
    Attempts attempts = Attempts.in(scratch);
    Duration limit = Duration.ofSeconds(2);
    Duration grace = Duration.ofSeconds(2);
    try (ProcessPool pool =
        pool().grace(grace).retry(RetryPolicy.on(Cause.TIMEOUT).attempts(2)).build()) {
      long pid = pool.call(() -> ProcessHandle.current().pid());
      Trial trial = new Trial(attempts, 1, Moment.PUBLISHING, Means.HANG);
      TaskFuture<Result> future = pool.submit(trial, TaskOptions.named("slow").withTimeout(limit));
      Await.sign(trial.reached());
      long over = System.nanoTime() + limit.toNanos();
      Await.until("the limit is over", () -> System.nanoTime() > over);
      assertThat(future).isNotDone();
      Files.delete(trial.reached());
      assertThat(Await.result(future).attempt).isEqualTo(1);
      Await.until("the grace is over", () -> System.nanoTime() > over + grace.toNanos() * 5 / 4);
      assertThat(pool.call(() -> ProcessHandle.current().pid())).isEqualTo(pid);
      assertThat(attempts.of(1)).containsExactly(1);
    }
  }

  @Test
  void a_frozen_worker_has_begun_nothing_and_so_is_not_late() throws Exception {
    Attempts attempts = Attempts.in(scratch);
    Duration limit = Duration.ofSeconds(1);
    try (ProcessPool pool = pool().timeout(limit).build()) {
      long pid = pool.call(() -> ProcessHandle.current().pid());
      Signal.STOP.to(pid);
      TaskFuture<Integer> future = pool.submit(() -> attempts.mark(1));
      long begun = System.nanoTime();
      Await.until("the limit is over", () -> System.nanoTime() - begun > 2 * limit.toNanos());
      Signal.CONT.to(pid);
      assertThat(Await.result(future)).isEqualTo(1);
      assertThat(attempts.of(1)).containsExactly(1);
    }
  }

  /** Ends a little before or after its limit, which began with the item: the page says when. */
  static int sleepy(int item, Attempts attempts, long limitMillis) throws Exception {
    int attempt = attempts.mark(item);
    if (attempt == 1) {
      long spread = new Random(item).nextLong(-3_000_000, 8_000_000);
      long until = LinkTap.began() + limitMillis * 1_000_000 + spread;
      TimeUnit.NANOSECONDS.sleep(until - System.nanoTime());
    }
    return attempt;
  }

  @Test
  void results_race_with_their_limit_and_one_of_them_wins() throws Exception {
    Attempts attempts = Attempts.in(scratch);
    long limitMillis = 800;
    List<Integer> items = IntStream.range(0, 16).boxed().toList();
    try (ProcessPool pool =
        pool()
            .workers(2)
            .timeout(Duration.ofMillis(limitMillis))
            .retry(RetryPolicy.on(Cause.TIMEOUT).attempts(100))
            .build()) {
      List<Integer> delivered = pool.map(item -> sleepy(item, attempts, limitMillis), items);
      long lost = 0;
      for (int item : items) {
        List<Integer> begun = attempts.of(item);
        assertThat(begun).isSorted().doesNotHaveDuplicates();
        assertThat(delivered.get(item)).isEqualTo(begun.getLast());
        lost += begun.getLast() - 1;
      }
      assertThat(pool.killedTasks()).hasSize((int) lost);
      assertThat(pool.snapshot().done()).isEqualTo(items.size());
    }
  }

  // ---- cancelling

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"PUBLISHED", "DONE"})
  void what_is_cancelled_ends_at_once_and_is_never_tried_again(Moment moment) throws Exception {
    Attempts attempts = Attempts.in(scratch);
    try (ProcessPool pool =
        pool()
            .grace(Duration.ofMillis(200))
            .retry(RetryPolicy.onCrash().attempts(5), RetryPolicy.on(Cause.TIMEOUT).attempts(5))
            .build()) {
      Trial trial = new Trial(attempts, 1, moment, Means.HANG);
      TaskFuture<Result> future = pool.submit(trial);
      Await.sign(trial.reached());
      assertThat(future.cancel(true)).isTrue();
      assertThat(future).isCancelled();
      assertThat(pool.call(() -> 7)).isEqualTo(7);
      assertThat(attempts.of(1)).containsExactly(1);
      assertThat(pool.snapshot().retried()).isZero();
    }
  }
}
