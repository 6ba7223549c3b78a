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
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker dies, is late or is cancelled at every step of an attempt and at many bytes of its
 * result: no attempt is both published and tried again, no result that was published is lost, none
 * is delivered twice. What ran is read from a ledger of which the pool knows nothing.
 *
 * <p>Budget: 60 s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 400, threadMode = ThreadMode.SEPARATE_THREAD)
class PublishTest {
  private static final int LARGE = 4 << 20;
  private static final int HUGE = 100 << 20;

  /** What the worker may have written ahead of the tap. */
  private static final int PIPE_BYTES = 64 << 10;

  /** Enough for a worker that has just started to come to any moment, on a busy machine too. */
  private static final Duration LIMIT = Duration.ofSeconds(6);

  private static final Set<Moment> UNPUBLISHED = EnumSet.range(Moment.DECODING, Moment.PUBLISHING);

  @TempDir Path scratch;

  private static ProcessPoolBuilder pool() {
    return ProcessPool.builder().name("publish").workers(1).jvmArgs(Await.QUICK_START);
  }

  // ---- deaths

  @Test
  void a_death_before_the_last_byte_costs_the_attempt_and_one_after_it_nothing() throws Exception {
    Attempts attempts = Attempts.in(scratch);
    int deaths = 0;
    int lost = 0;
    try (ProcessPool pool = pool().build()) {
      for (Moment moment : Moment.values()) {
        int item = moment.ordinal();
        TaskFuture<Result> future = pool.submit(new Trial(attempts, item, moment, Means.DIE));
        if (published(moment)) {
          assertThat(Await.result(future).attempt).as("%s", moment).isEqualTo(1);
        } else {
          assertThatThrownBy(() -> Await.result(future))
              .as("%s", moment)
              .hasCauseInstanceOf(WorkerDiedException.class);
          lost++;
        }
        assertThat(pool.killedTasks()).as("%s", moment).hasSize(lost);
        int due = ++deaths;
        Await.until(moment + ": its death is known", () -> pool.snapshot().deaths() == due);
      }
      assertThat(pool.call(() -> 7)).isEqualTo(7);
      for (Moment moment : Moment.values()) {
        assertThat(attempts.of(moment.ordinal())).as("%s", moment).containsExactly(1);
      }
      assertThat(pool.killedTasks()).hasSize(lost);
      assertThat(pool.snapshot().done()).isEqualTo(deaths - lost + 1);
    }
  }

  private static boolean published(Moment moment) {
    return moment.compareTo(Moment.PUBLISHED) >= 0;
  }

  @Test
  void what_was_published_is_not_tried_again() throws Exception {
    Attempts attempts = Attempts.in(scratch);
    int deaths = 0;
    try (ProcessPool pool = pool().retry(RetryPolicy.onCrash().attempts(5)).build()) {
      for (Moment moment : Moment.values()) {
        Trial trial = new Trial(attempts, moment.ordinal(), moment, Means.DIE);
        Result result = Await.result(pool.submit(trial));
        assertThat(result.attempt).as("%s", moment).isEqualTo(published(moment) ? 1 : 2);
        assertThat(result.whole(Trial.SIZE)).as("%s", moment).isTrue();
        int due = ++deaths;
        Await.until(moment + ": its death is known", () -> pool.snapshot().deaths() == due);
      }
      assertThat(pool.call(() -> 7)).isEqualTo(7);
      for (Moment moment : Moment.values()) {
        assertThat(attempts.of(moment.ordinal()))
            .as("%s", moment)
            .isEqualTo(published(moment) ? List.of(1) : List.of(1, 2));
      }
      assertThat(pool.killedTasks())
          .hasSize(UNPUBLISHED.size())
          .allMatch(killed -> killed.attempt() == 1 && killed.retried());
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

  /** One that hangs at each moment before its result is published, side by side. */
  private static Map<Moment, TaskFuture<Result>> hanging(
      ProcessPool pool, Attempts attempts, TaskOptions options) {
    Map<Moment, TaskFuture<Result>> futures = new EnumMap<>(Moment.class);
    for (Moment moment : UNPUBLISHED) {
      futures.put(moment, pool.submit(hanging(attempts, moment), options));
    }
    return futures;
  }

  private static Trial hanging(Attempts attempts, Moment moment) {
    return new Trial(attempts, moment.ordinal(), moment, Means.HANG);
  }

  @Test
  void what_is_late_is_tried_again_if_it_cannot_be_published_any_more() throws Exception {
    Attempts attempts = Attempts.in(scratch);
    try (ProcessPool pool =
        pool()
            .workers(UNPUBLISHED.size())
            .timeout(LIMIT)
            .grace(Duration.ofMillis(200))
            .retry(RetryPolicy.on(Cause.TIMEOUT).attempts(10))
            .build()) {
      int lost = 0;
      Map<Moment, TaskFuture<Result>> futures = hanging(pool, attempts, TaskOptions.DEFAULTS);
      for (Map.Entry<Moment, TaskFuture<Result>> entry : futures.entrySet()) {
        Moment moment = entry.getKey();
        Result result = Await.result(entry.getValue());
        List<Integer> begun = attempts.of(moment.ordinal());
        // a busy machine may well make a later attempt late too
        assertThat(result.attempt).as("%s", moment).isGreaterThan(1).isEqualTo(begun.getLast());
        assertThat(begun).as("%s", moment).isSorted().doesNotHaveDuplicates();
        lost += result.attempt - 1;
      }
      assertThat(pool.killedTasks())
          .hasSize(lost)
          .allMatch(killed -> killed.diagnosis().cause() == Cause.TIMEOUT);
    }
  }

  @Test
  void what_is_late_fails_without_a_retry() throws Exception {
    Attempts attempts = Attempts.in(scratch);
    TaskOptions limited = TaskOptions.named("late").withTimeout(LIMIT);
    try (ProcessPool pool =
        pool()
            .workers(UNPUBLISHED.size())
            .grace(Duration.ofMillis(200))
            .initializer(() -> hanging(attempts, Moment.DECODING)) // its classes are loaded by then
            .build()) {
      hanging(pool, attempts, limited)
          .forEach(
              (moment, future) ->
                  assertThatThrownBy(() -> Await.result(future))
                      .as("%s", moment)
                      .hasCauseInstanceOf(TaskTimeoutException.class));
      assertThat(pool.call(() -> 7)).isEqualTo(7);
      for (Moment moment : UNPUBLISHED) {
        assertThat(attempts.of(moment.ordinal())).as("%s", moment).containsExactly(1);
      }
    }
  }

  @Test
  void a_result_on_its_way_is_awaited_and_the_worker_lives_on() throws Exception {
    Attempts attempts = Attempts.in(scratch);
    Duration limit = LIMIT;
    Duration grace = Duration.ofMillis(1_200);
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
      // when it began is not known at the first look, so the limit may count from there
      long kill = over + limit.toNanos() + grace.toNanos() * 5 / 4;
      Await.until("the grace is over", () -> System.nanoTime() > kill);
      assertThat(pool.call(() -> ProcessHandle.current().pid())).isEqualTo(pid);
      assertThat(attempts.of(1)).containsExactly(1);
    }
  }

  @Test
  void a_frozen_worker_has_begun_nothing_and_so_is_not_late() throws Exception {
    Attempts attempts = Attempts.in(scratch);
    try (ProcessPool pool = pool().build()) {
      long pid = pool.call(() -> ProcessHandle.current().pid());
      Signal.STOP.to(pid);
      TaskFuture<Integer> future =
          pool.submit(() -> attempts.mark(1), TaskOptions.named("stopped").withTimeout(LIMIT));
      long over = System.nanoTime() + LIMIT.toNanos() * 5 / 4;
      Await.until("the limit is over", () -> System.nanoTime() > over);
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

  @Test
  void what_is_cancelled_ends_at_once_and_is_never_tried_again() throws Exception {
    Attempts attempts = Attempts.in(scratch);
    try (ProcessPool pool =
        pool()
            .workers(UNPUBLISHED.size())
            .grace(Duration.ofMillis(200))
            .retry(RetryPolicy.onCrash().attempts(5), RetryPolicy.on(Cause.TIMEOUT).attempts(5))
            .build()) {
      hanging(pool, attempts, TaskOptions.DEFAULTS)
          .forEach(
              (moment, future) -> {
                Await.sign(hanging(attempts, moment).reached());
                assertThat(future.cancel(true)).as("%s", moment).isTrue();
                assertThat(future).as("%s", moment).isCancelled();
              });
      assertThat(pool.call(() -> 7)).isEqualTo(7);
      for (Moment moment : UNPUBLISHED) {
        assertThat(attempts.of(moment.ordinal())).as("%s", moment).containsExactly(1);
      }
      assertThat(pool.snapshot().retried()).isZero();
    }
  }
}
