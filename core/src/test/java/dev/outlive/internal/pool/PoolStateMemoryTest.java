package dev.outlive.internal.pool;

import static dev.outlive.internal.pool.Script.SECOND;
import static dev.outlive.internal.pool.Story.FAIL;
import static dev.outlive.internal.pool.Story.held;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.outlive.failure.Cause;
import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.MemoryPolicy;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.spi.KillReason;
import dev.outlive.spi.WorkerSize;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rules of {@link PoolState} about memory. Megabytes of a hundred that there are. */
class PoolStateMemoryTest {
  private static final long MEGABYTE = 1 << 20;
  private static final MemoryPolicy KEEP = MemoryPolicy.keepFree(20 * MEGABYTE, 10 * MEGABYTE);
  private static final RetryPolicy WAITS =
      RetryPolicy.onMemory().attempts(2).whenMemoryAvailable(Duration.ofSeconds(10));
  private static final TaskRules AGAIN = Story.rules(FailurePolicy.FAIL, RetryPolicy.onMemory());

  private static Story story(int workers, MemoryPolicy policy, boolean learns) {
    MemoryRules memory = new MemoryRules(policy, learns, 64 * MEGABYTE, 0);
    Story story = new Story(Crew.of(workers), Long.MAX_VALUE, memory);
    story.submit(99, workers, 1, FAIL);
    story.on(new Event.TaskAbandoned(99));
    for (int worker = 1; worker <= workers; worker++) {
      story.ready(worker);
    }
    return story;
  }

  private static Story story(int workers) {
    return story(workers, MemoryPolicy.OFF, false);
  }

  /** Task 1 was killed at worker 1 when that held 60 MB; worker 2 is at task 2. */
  private static Story killed(RetryPolicy policy) {
    Story story = story(2);
    story.submit(1, 1, 1, Story.rules(FailurePolicy.FAIL, policy));
    story.submit(2, 1, 1, FAIL);
    story.seen(0, 60, 40);
    story.now++;
    story.died(1, Cause.KERNEL_OOM, held(1, 0, 60));
    return story;
  }

  // ---- while memory is low

  @Test
  void whatWaitsAtWorkersIsHadBackWhileOthersAreAtWork() {
    Story story = story(2, KEEP, false);
    story.submit(1, 4, 1, FAIL);
    assertThat(story.deliveries()).hasSize(4);
    story.seen(19, 1, 1);
    assertThat(story.did(Effect.Revoke.class))
        .extracting(Effect.Revoke::worker, Effect.Revoke::delivery, Effect.Revoke::why)
        .containsExactly(tuple(1, 3L, Why.RECALLED), tuple(2, 4L, Why.RECALLED));
  }

  // ---- when memory allows

  @Test
  void aRetryWaitsUntilWhatItHeldIsFree() {
    Story story = killed(WAITS);
    assertThat(story.did(Effect.WatchMemory.class)).containsExactly(new Effect.WatchMemory(true));
    story.seen(59, 0, 40);
    assertThat(story.told(PoolEvent.TaskWaitsForMemory.class))
        .containsExactly(new PoolEvent.TaskWaitsForMemory(1, 0, 2, 60 * MEGABYTE, 59 * MEGABYTE));
    assertThat(story.deliveries()).isEmpty();
    story.seen(59, 0, 40);
    assertThat(story.told(PoolEvent.TaskWaitsForMemory.class)).as("told once").isEmpty();
    story.seen(60, 0, 40);
    assertThat(story.did(Effect.WatchMemory.class)).containsExactly(new Effect.WatchMemory(false));
    assertThat(story.deliveries()).as("at hand").containsExactly("2: 0-1 #2");
    assertThat(story.did(Effect.LaunchWorker.class)).hasSize(1);
  }

  @Test
  void whatWasSeenBeforeTheDeathDoesNotCount() {
    Story story = story(1);
    story.submit(1, 1, 1, Story.rules(FailurePolicy.FAIL, WAITS));
    story.seen(90);
    story.now++;
    story.died(1, Cause.KERNEL_OOM, held(1, 0, 60));
    assertThat(story.did(Effect.LaunchWorker.class)).isEmpty();
    story.seen(90);
    assertThat(story.did(Effect.LaunchWorker.class)).hasSize(1);
  }

  @Test
  void whereNobodySeesMemoryNothingWaits() {
    Story story = story(1);
    story.submit(1, 1, 1, Story.rules(FailurePolicy.FAIL, WAITS));
    story.died(1, Cause.KERNEL_OOM, held(1, 0, 60));
    story.ready(2);
    assertThat(story.deliveries()).containsExactly("2: 0-1 #2");
  }

  @Test
  void whenTheWaitIsOverItFailsAndSaysWhatItWaitedFor() {
    Story story = killed(WAITS);
    story.seen(30, 0, 40);
    story.pass(10 * SECOND - 1);
    assertThat(story.verdicts()).isEmpty();
    story.pass(2);
    assertThat(story.verdicts())
        .singleElement()
        .isInstanceOfSatisfying(
            Verdict.Died.class,
            died -> {
              assertThat(died.attempts()).isEqualTo(1);
              assertThat(died.why())
                  .isEqualTo("it waited 10000 ms for 60.0 MiB of memory, 30.0 MiB were free");
            });
  }

  @Test
  void whoseMemoryNobodyLooksAtAnyMoreRunsInTheEnd() {
    Story story = killed(WAITS);
    story.pass(10 * SECOND + 1);
    assertThat(story.verdicts()).isEmpty();
    assertThat(story.did(Effect.LaunchWorker.class)).hasSize(1);
  }

  @Test
  void othersGoOnMeanwhileAndWhoHasNothingToDoLeaves() {
    Story story = killed(WAITS);
    story.seen(30, 0, 40);
    story.submit(3, 1, 1, FAIL);
    story.returned(2, 2, 0);
    story.returned(2, 3, 0);
    assertThat(story.dismissed()).as("it holds what is waited for").containsExactly(2);
  }

  @Test
  void afterHalfOfItsWaitOthersWaitForItIfThatHelps() {
    Story story = killed(WAITS);
    story.seen(30, 0, 40);
    story.pass(5 * SECOND);
    story.seen(30, 0, 40);
    story.submit(3, 1, 1, FAIL);
    story.returned(2, 2, 0);
    assertThat(story.deliveries()).as("30 and 40 would do").isEmpty();
    assertThat(story.dismissed()).containsExactly(2);
    story.now++;
    story.died(2, Cause.SHUTDOWN);
    assertThat(story.did(Effect.LaunchWorker.class)).as("what it held is not seen yet").isEmpty();
    story.seen(70);
    assertThat(story.did(Effect.LaunchWorker.class)).hasSize(2);
    story.ready(3);
    assertThat(story.deliveries()).startsWith("3: 0-1 #2");
  }

  @Test
  void othersDoNotWaitWhereThatWouldNotHelp() {
    Story story = killed(WAITS);
    story.seen(10, 0, 40);
    story.pass(5 * SECOND);
    story.seen(10, 0, 40);
    story.submit(3, 1, 1, FAIL);
    story.returned(2, 2, 0);
    story.returned(2, story.didOne(Effect.Deliver.class).delivery(), 0);
    assertThat(story.verdicts()).hasSize(1);
  }

  // ---- alone

  @Test
  void whatRunsAloneWaitsForOthersAndOthersForIt() {
    Story story = killed(RetryPolicy.onMemory().attempts(2).alone());
    story.submit(3, 1, 1, FAIL);
    assertThat(story.deliveries()).isEmpty();
    story.returned(2, 2, 0);
    assertThat(story.deliveries()).containsExactly("2: 0-1 #2");
    story.submit(4, 1, 1, FAIL);
    assertThat(story.deliveries()).isEmpty();
    story.returned(2, 3, 0);
    assertThat(story.deliveries()).containsExactly("2: 0-1 #1", "2: 0-1 #1");
  }

  @Test
  void whatIsAtHandIsHadBackForWhatRunsAlone() {
    Story story = story(2);
    TaskRules alone = Story.rules(FailurePolicy.FAIL, RetryPolicy.onMemory().alone());
    story.submit(1, 1, 1, alone);
    story.submit(2, 2, 1, FAIL);
    assertThat(story.deliveries()).containsExactly("2: 0-1 #1", "1: 1-2 #1");
    story.died(1, Cause.KERNEL_OOM, held(1, 0, 60));
    story.submit(3, 1, 1, FAIL);
    assertThat(story.deliveries()).as("held up").isEmpty();
    story.returned(2, 2, 0);
    assertThat(story.deliveries()).containsExactly("2: 0-1 #2");
  }

  // ---- with more memory

  @Test
  void eachAttemptGetsAWorkerWithMoreHeapUntilTheLimit() {
    Story story = story(1);
    RetryPolicy more = RetryPolicy.onMemory().attempts(4).withMoreMemory(2, 200 * MEGABYTE);
    story.submit(1, 1, 1, Story.rules(FailurePolicy.FAIL, more));
    long delivery = 1;
    int worker = 1;
    for (long heap : new long[] {128, 200, 200}) {
      story.died(worker++, Cause.HEAP_OOM, held(delivery++, 0, 70));
      assertThat(story.didOne(Effect.LaunchWorker.class))
          .isEqualTo(new Effect.LaunchWorker(worker, new WorkerSize(heap * MEGABYTE, 0)));
      story.ready(worker);
      assertThat(story.deliveries()).containsExactly(worker + ": 0-1 #" + delivery);
    }
    story.submit(2, 1, 1, FAIL);
    assertThat(story.deliveries()).as("the larger worker is for nobody else").isEmpty();
    assertThat(story.did(Effect.LaunchWorker.class)).as("one at work at a time").isEmpty();
    story.returned(worker, delivery, 0);
    assertThat(story.dismissed()).containsExactly(worker);
    assertThat(story.didOne(Effect.LaunchWorker.class).size()).isEqualTo(WorkerSize.USUAL);
  }

  @Test
  void theHeapGrowsWithTheLimit() {
    RetryPolicy more = RetryPolicy.onMemory().withMoreMemory(1.5, 1000);
    Verdict verdict = new Verdict.Died(true, 1, List.of(), "");
    MemoryRules both = new MemoryRules(MemoryPolicy.OFF, false, 50, 400);
    Terms second = Terms.NONE.next(more, both, verdict);
    assertThat(second.size()).isEqualTo(new WorkerSize(75, 600));
    assertThat(second.next(more, both, verdict).size()).isEqualTo(new WorkerSize(113, 900));
    assertThat(second.next(RetryPolicy.onCrash(), both, verdict).size())
        .as("another policy does not take it away again")
        .isEqualTo(second.size());
    MemoryRules derived = new MemoryRules(MemoryPolicy.OFF, false, 0, 400);
    assertThat(Terms.NONE.next(more, derived, verdict).size()).isEqualTo(new WorkerSize(0, 600));
  }

  @Test
  void aWorkerOfThatSizeThatCannotStartIsTheEndOfTheTaskAlone() {
    RetryPolicy more = RetryPolicy.onMemory().attempts(9).withMoreMemory(100, 900 * MEGABYTE);
    Story story = story(1);
    for (int i = 0; i < 2 * Story.EARLY_DEATHS; i++) {
      story.submit(i, 1, 1, Story.rules(FailurePolicy.FAIL, more));
      Effect.Deliver first = deliveryTo(story);
      story.died(first.worker(), Cause.HEAP_OOM, held(first.delivery(), 0, 70));
      story.died(story.didOne(Effect.LaunchWorker.class).worker(), Cause.START_FAILED);
      assertThat(story.verdicts())
          .singleElement()
          .isInstanceOfSatisfying(
              Verdict.Died.class,
              died -> assertThat(died.why()).contains("no worker of that size could be started"));
    }
    assertThat(story.state.phase()).isEqualTo(PoolSnapshot.State.OPEN);
  }

  /** The delivery that was just made, to a worker that is started for it if need be. */
  private static Effect.Deliver deliveryTo(Story story) {
    for (Effect.LaunchWorker launch : story.did(Effect.LaunchWorker.class)) {
      story.ready(launch.worker());
    }
    return story.didOne(Effect.Deliver.class);
  }

  // ---- the guard

  @Test
  void whileMemoryIsShortOneTaskRunsAtATime() {
    Story story = story(2, KEEP, false);
    story.seen(19);
    assertThat(story.told(PoolEvent.MemoryLow.class))
        .containsExactly(
            new PoolEvent.MemoryLow(19 * MEGABYTE, 20 * MEGABYTE, 100 * MEGABYTE, 0, "here"));
    story.submit(1, 3, 1, FAIL);
    assertThat(story.deliveries()).as("nothing beside it nor behind it").hasSize(1);
    story.returned(1, 1, 0);
    assertThat(story.deliveries()).hasSize(1);
    story.seen(24);
    assertThat(story.deliveries()).as("a quarter more is enough").isEmpty();
    story.seen(25);
    assertThat(story.told(PoolEvent.MemoryBack.class)).hasSize(1);
    assertThat(story.deliveries()).hasSize(1);
  }

  @Test
  void theNewestThatCanBeTriedAgainIsPreemptedAndCountsForNothing() {
    Story story = story(3, KEEP, false);
    story.submit(1, 1, 1, AGAIN);
    story.now++;
    story.submit(2, 1, 1, AGAIN);
    story.now++;
    story.submit(3, 1, 1, FAIL);
    story.seen(9, 30, 30, 30);
    assertThat(story.told(PoolEvent.TaskPreempted.class))
        .containsExactly(new PoolEvent.TaskPreempted(2, 0, 1, 2, 9 * MEGABYTE, 10 * MEGABYTE));
    assertThat(story.kills())
        .containsExactly(
            new Effect.KillWorker(
                2,
                KillReason.PREEMPTED,
                "9.0 MiB of 100.0 MiB were free in here, which is less than 10.0 MiB"));
    story.seen(8, 30, 30, 30);
    assertThat(story.kills()).as("one at a time").isEmpty();
    story.now++;
    story.died(2, Cause.PREEMPTED, held(2, 0, 30));
    assertThat(story.verdicts()).isEmpty();
    assertThat(story.did(Effect.RecordLoss.class))
        .singleElement()
        .satisfies(loss -> assertThat(loss.retried()).isTrue());
    assertThat(story.state.snapshot("p").lost()).isEqualTo(Map.of(Cause.PREEMPTED, 1L));
    assertThat(story.state.snapshot("p").deaths()).isZero();
    story.seenAt(story.now - 1, 8, 30, 0, 30);
    assertThat(story.kills()).as("that was before its memory was back").isEmpty();
    story.seen(8, 30, 0, 30);
    assertThat(story.kills()).extracting(Effect.KillWorker::worker).containsExactly(1);
    story.died(1, Cause.PREEMPTED, held(1, 0, 30));
    story.seen(8, 0, 0, 30);
    assertThat(story.kills()).as("the last one runs on").isEmpty();
    story.returned(3, 3, 0);
    assertThat(story.deliveries()).as("the first attempt again").containsExactly("3: 0-1 #1");
  }

  @Test
  void whatWasPreemptedIsNoLongerSubjectToTheLimitOnWaiting() {
    MemoryRules memory = new MemoryRules(KEEP, false, 0, 0);
    Story story =
        new Story(new Crew(2, 2, 0, Integer.MAX_VALUE, Long.MAX_VALUE), 5 * SECOND, memory);
    story.on(new Event.PoolOpened());
    story.ready(1);
    story.ready(2);
    story.submit(1, 1, 1, AGAIN);
    story.submit(2, 1, 1, FAIL);
    story.seen(5, 30, 30);
    story.died(1, Cause.PREEMPTED, held(1, 0, 30));
    story.pass(6 * SECOND);
    assertThat(story.verdicts()).isEmpty();
  }

  // ---- what is learned

  @Test
  void onlySoManyStartAsFitByTheirPeaks() {
    Story story = story(3, KEEP, true);
    story.seen(90, 0, 0, 0);
    story.submit(1, "large", FAIL);
    story.on(new Event.ItemReturned(1, 1, 0, Story.result(0, 50 * MEGABYTE)));
    story.seen(90, 0, 0, 0);
    story.submit(2, "large", FAIL);
    story.submit(3, "large", FAIL);
    assertThat(story.deliveries()).as("two would take 100 of 70").isEmpty();
    story.submit(4, "small", FAIL);
    assertThat(story.deliveries()).as("nobody overtakes it").isEmpty();
    story.on(new Event.ItemReturned(1, 2, 0, Story.result(0, 50 * MEGABYTE)));
    assertThat(story.deliveries()).containsExactly("1: 0-1 #1", "2: 0-1 #1");
  }

  @Test
  void whatIdleWorkersHoldIsHadBackWhereItIsInTheWay() {
    Story story = story(3, KEEP, true);
    story.submit(1, "large", FAIL);
    story.on(new Event.ItemReturned(1, 1, 0, Story.result(0, 50 * MEGABYTE)));
    story.seen(10, 0, 45, 45);
    story.submit(2, "large", FAIL);
    assertThat(story.deliveries()).isEmpty();
    assertThat(story.dismissed()).containsExactly(2, 3);
    story.died(2, Cause.SHUTDOWN);
    story.died(3, Cause.SHUTDOWN);
    assertThat(story.deliveries()).containsExactly("1: 0-1 #1");
  }

  // ---- grown workers

  @Test
  void aGrownWorkerLeavesWhenItsSuccessorIsThere() {
    Story story = story(1);
    story.submit(1, 1, 1, FAIL);
    story.on(new Event.WorkerGrown(1, 200, 100));
    assertThat(story.told(PoolEvent.WorkerGrown.class)).hasSize(1);
    assertThat(story.did(Effect.LaunchWorker.class)).as("the successor").hasSize(1);
    story.returned(1, 1, 0);
    assertThat(story.dismissed()).isEmpty();
    story.submit(2, 1, 1, FAIL);
    assertThat(story.deliveries()).as("meanwhile it works").containsExactly("1: 0-1 #1");
    story.ready(2);
    assertThat(story.dismissed()).isEmpty();
    story.returned(1, 2, 0);
    assertThat(story.dismissed()).containsExactly(1);
    story.submit(3, 1, 1, FAIL);
    assertThat(story.deliveries()).containsExactly("2: 0-1 #1");
    assertThat(story.verdicts()).isEmpty();
  }

  @Test
  void eachCauseIsCountedForItself() {
    Story story = story(3);
    story.submit(1, 1, 1, FAIL);
    story.submit(2, 1, 1, FAIL);
    story.submit(3, 1, 1, FAIL);
    story.died(1, Cause.KERNEL_OOM, held(1, 0, 1));
    story.died(2, Cause.HEAP_OOM, held(2, 0, 1));
    story.died(3, Cause.MEMORY_LIMIT, held(3, 0, 1));
    assertThat(story.state.snapshot("p").lost())
        .isEqualTo(Map.of(Cause.KERNEL_OOM, 1L, Cause.HEAP_OOM, 1L, Cause.MEMORY_LIMIT, 1L));
  }

  @Test
  void aTaskThatIsOverWaitsForNothing() {
    Story story = killed(WAITS);
    story.seen(30, 0, 40);
    story.on(new Event.TaskAbandoned(1));
    assertThat(story.did(Effect.WatchMemory.class)).containsExactly(new Effect.WatchMemory(false));
    story.pass(20 * SECOND);
    assertThat(story.verdicts()).isEmpty();
  }
}
