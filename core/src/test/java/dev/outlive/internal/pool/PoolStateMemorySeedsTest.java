package dev.outlive.internal.pool;

import static dev.outlive.internal.pool.Script.SECOND;
import static dev.outlive.internal.pool.Story.FAIL;
import static dev.outlive.internal.pool.Story.held;
import static dev.outlive.internal.pool.Story.untouched;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.failure.Cause;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.MemoryPolicy;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.spi.WorkerSize;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the simulation found about memory, each told as a story. Megabytes of a hundred. */
class PoolStateMemorySeedsTest {
  private static final long MEGABYTE = 1 << 20;
  private static final MemoryPolicy KEEP = MemoryPolicy.keepFree(20 * MEGABYTE, 10 * MEGABYTE);
  private static final RetryPolicy WAITS =
      RetryPolicy.onMemory().whenMemoryAvailable(Duration.ofSeconds(10));
  private static final RetryPolicy MORE = RetryPolicy.onMemory().withMoreMemory(2, 50 * MEGABYTE);
  private static final long FOR_EVER = Long.MAX_VALUE;

  private static Story story(Crew crew, long queueNanos, MemoryPolicy policy, boolean learns) {
    MemoryRules memory = new MemoryRules(policy, learns, 10 * MEGABYTE, 0);
    Story story = new Story(crew, queueNanos, memory);
    story.on(new Event.PoolOpened());
    for (int worker = 1; worker <= crew.least() + crew.spares(); worker++) {
      story.ready(worker);
    }
    return story;
  }

  private static Story story(int workers, MemoryPolicy policy) {
    Crew crew = new Crew(workers, workers, 0, Integer.MAX_VALUE, FOR_EVER);
    return story(crew, FOR_EVER, policy, false);
  }

  private static TaskRules retried(RetryPolicy... policies) {
    return Story.rules(FailurePolicy.FAIL, policies);
  }

  /** The worker of that heap, 0: as usual, that was just launched. */
  private static int launched(Story story, long heap) {
    WorkerSize size = heap == 0 ? WorkerSize.USUAL : new WorkerSize(heap * MEGABYTE, 0);
    return story.did(Effect.LaunchWorker.class).stream()
        .filter(launch -> launch.size().equals(size))
        .findFirst()
        .orElseThrow()
        .worker();
  }

  @Test
  void afterTheEndNothingIsToldOfMemory() {
    Story story = story(1, KEEP);
    story.on(new Event.StopAsked());
    story.died(1, Cause.SHUTDOWN);
    assertThat(story.did(Effect.FinishTermination.class)).hasSize(1);
    story.seen(5);
    assertThat(story.all()).isEmpty();
  }

  @Test
  void whoHasMemoryAndOnlyLacksItsWorkerDoesNotFailWhenTheWaitIsOver() {
    Story story = story(1, MemoryPolicy.OFF);
    story.seen(90);
    story.now++;
    story.submit(1, 1, 1, retried(WAITS.withMoreMemory(2, 50 * MEGABYTE)));
    story.died(1, Cause.HEAP_OOM, held(1, 0, 40));
    story.pass(9 * SECOND);
    story.seen(70);
    int larger = launched(story, 20);
    story.pass(2 * SECOND);
    assertThat(story.verdicts()).isEmpty();
    story.ready(larger);
    assertThat(story.deliveries()).containsExactly(larger + ": 0-1 #2");
  }

  /** A large task fits in beside nothing: worker 1 is kept for it, worker 2 is on its way out. */
  private static Story inTheWay(long idleNanos) {
    Crew crew = new Crew(1, 1, 1, Integer.MAX_VALUE, idleNanos);
    Story story = story(crew, FOR_EVER, KEEP, true);
    story.submit(1, "large", FAIL);
    story.on(new Event.ItemReturned(1, 1, 0, Story.result(0, 50 * MEGABYTE)));
    story.seen(30, 20, 20);
    story.submit(2, "large", FAIL);
    assertThat(story.dismissed()).containsExactly(2);
    return story;
  }

  @Test
  void whileOneLeavesForTheSakeOfMemoryNoOtherIsStarted() {
    Story story = inTheWay(FOR_EVER);
    assertThat(story.did(Effect.LaunchWorker.class)).isEmpty();
    story.seen(30, 20, 20);
    assertThat(story.did(Effect.LaunchWorker.class)).isEmpty();
    story.died(2, Cause.SHUTDOWN);
    assertThat(story.deliveries()).containsExactly("1: 0-1 #1");
  }

  @Test
  void whoIsKeptForWhatWaitsDoesNotLeaveForWantOfWork() {
    Story story = inTheWay(SECOND);
    story.pass(SECOND * 3 / 2);
    assertThat(story.dismissed()).isEmpty();
    story.died(2, Cause.SHUTDOWN);
    assertThat(story.deliveries()).containsExactly("1: 0-1 #1");
  }

  @Test
  void whatAPreemptedAttemptHeldIsNotForgotten() {
    Story story = story(2, KEEP);
    story.submit(1, 1, 1, retried(WAITS));
    story.submit(2, 1, 1, FAIL);
    story.seen(5, 60, 30);
    story.died(1, Cause.PREEMPTED, held(1, 0, 60));
    story.returned(2, 2, 0);
    story.now++;
    story.died(2, Cause.KERNEL_OOM, held(3, 0, 20));
    story.seen(59);
    assertThat(story.told(PoolEvent.TaskWaitsForMemory.class))
        .containsExactly(new PoolEvent.TaskWaitsForMemory(1, 0, 2, 60 * MEGABYTE, 59 * MEGABYTE));
  }

  @Test
  void whatStoodBehindAPreemptedItemMayStillWaitForTooLong() {
    Crew crew = new Crew(2, 2, 0, Integer.MAX_VALUE, FOR_EVER);
    Story story = story(crew, 5 * SECOND, KEEP, false);
    TaskRules skip = Story.rules(FailurePolicy.SKIP, RetryPolicy.onMemory());
    story.submit(1, 3, 3, skip);
    story.submit(2, 1, 1, FAIL);
    story.seen(5, 60, 30);
    story.died(1, Cause.PREEMPTED, held(1, 0, 60));
    story.pass(6 * SECOND);
    assertThat(story.did(Effect.CompleteItem.class))
        .extracting(Effect.CompleteItem::item)
        .containsExactly(1, 2);
  }

  @Test
  void aGrownWorkerStaysWhileALargerOneHasItsPlace() {
    Story story = story(1, MemoryPolicy.OFF);
    story.submit(1, 1, 1, retried(MORE));
    story.died(1, Cause.HEAP_OOM, held(1, 0, 40));
    int larger = launched(story, 20);
    int usual = launched(story, 0);
    story.ready(usual);
    story.on(new Event.WorkerGrown(usual, 200, 100));
    story.ready(larger);
    assertThat(story.deliveries()).containsExactly(larger + ": 0-1 #2");
    assertThat(story.dismissed()).isEmpty();
    story.returned(larger, 2, 0);
    assertThat(story.dismissed()).containsExactly(larger);
  }

  @Test
  void whoHasAllThatItsPolicyGivesGetsTheSameAgain() {
    RetryPolicy more = RetryPolicy.onMemory().withMoreMemory(2, 1_764_154_221);
    MemoryRules rules = new MemoryRules(MemoryPolicy.OFF, false, 771_817_472, 1_543_634_944);
    Verdict verdict = new Verdict.Died(true, 1, List.of(), "");
    Terms all = Terms.NONE.next(more, rules, verdict);
    assertThat(all.size()).isEqualTo(new WorkerSize(882_077_111, 1_764_154_221));
    assertThat(all.next(more, rules, verdict).size()).isEqualTo(all.size());
  }

  @Test
  void whereNobodyTellsOfMemoryAnyMoreNobodyIsHeldUpForIt() {
    Story story = story(1, MemoryPolicy.OFF);
    story.seen(90);
    story.now++;
    story.submit(1, 1, 1, retried(WAITS.alone()));
    story.died(1, Cause.KERNEL_OOM, held(1, 0, 60));
    story.ready(2);
    story.seen(30, 0, 30);
    story.submit(2, 1, 1, FAIL);
    assertThat(story.deliveries()).as("it could be had").isEmpty();
    story.now++;
    story.died(2, Cause.SHUTDOWN, untouched(0, 0));
    story.pass(SECOND);
    assertThat(story.did(Effect.LaunchWorker.class)).isEmpty();
    story.pass(2 * SECOND);
    assertThat(story.did(Effect.LaunchWorker.class)).as("no view for two seconds").hasSize(1);
  }
}
