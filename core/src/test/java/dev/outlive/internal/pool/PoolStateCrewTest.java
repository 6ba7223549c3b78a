package dev.outlive.internal.pool;

import static dev.outlive.internal.pool.Script.SECOND;
import static dev.outlive.internal.pool.Story.FAIL;
import static dev.outlive.internal.pool.Story.SKIP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.failure.Cause;
import dev.outlive.internal.pool.Effect.Ending;
import dev.outlive.policy.FailurePolicy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of {@link PoolState} about how many workers there are, and whose turn it is. */
class PoolStateCrewTest {
  private static final int ALWAYS = Integer.MAX_VALUE;
  private static final long FOR_EVER = Long.MAX_VALUE;

  private static Story story(Crew crew) {
    Story story = new Story(crew, FOR_EVER);
    story.on(new Event.PoolOpened());
    return story;
  }

  private static TaskRules priority(int priority) {
    FailurePolicy fail = FailurePolicy.FAIL;
    return new TaskRules(FOR_EVER, List.of(), fail, fail, fail, priority);
  }

  private static List<Integer> launched(Story story) {
    return story.did(Effect.LaunchWorker.class).stream().map(Effect.LaunchWorker::worker).toList();
  }

  private static List<Integer> dismissed(Story story) {
    return story.did(Effect.DismissWorker.class).stream()
        .map(Effect.DismissWorker::worker)
        .toList();
  }

  // ---- how many

  @Test
  void theLeastNumberIsThereWithoutWork() {
    Story story = story(new Crew(2, 4, 0, ALWAYS, FOR_EVER));
    assertThat(launched(story)).containsExactly(1, 2);
    story.ready(1);
    story.ready(2);
    story.diedUnseen(1, Cause.SIGKILL);
    story.pass(SECOND);
    assertThat(launched(story)).containsExactly(3);
  }

  @Test
  void workersBeyondTheLeastLeaveWhenTheyHaveNothingToDo() {
    Story story = story(new Crew(1, 3, 0, ALWAYS, 5 * SECOND));
    story.submit(1, 3, 1, FAIL);
    story.on(new Event.TaskAbandoned(1));
    for (int worker = 1; worker <= 3; worker++) {
      story.ready(worker);
    }
    story.pass(4 * SECOND);
    assertThat(dismissed(story)).isEmpty();
    story.pass(2 * SECOND);
    assertThat(dismissed(story)).hasSize(2);
    story.pass(60 * SECOND);
    assertThat(dismissed(story)).isEmpty();
  }

  @Test
  void aWorkerIsRelievedBeforeItHasHadAllItsItems() {
    Story story = story(new Crew(0, 1, 0, 2, FOR_EVER));
    story.submit(1, 5, 1, FAIL);
    story.ready(1);
    assertThat(story.deliveries()).containsExactly("1: 0-1 #1", "1: 1-2 #1");
    assertThat(launched(story)).containsExactly(2);
    story.ready(2);
    assertThat(story.deliveries()).as("one at work at a time").isEmpty();
    story.returned(1, 1, 0);
    story.returned(1, 2, 1);
    assertThat(dismissed(story)).containsExactly(1);
    assertThat(story.deliveries()).containsExactly("2: 2-3 #1", "2: 3-4 #1");
  }

  @Test
  void aFreshProcessForEachItem() {
    Story story = story(new Crew(0, 2, 0, 1, FOR_EVER));
    story.submit(1, 9, 4, FAIL);
    assertThat(launched(story)).containsExactly(1, 2);
    story.ready(1);
    assertThat(story.deliveries()).as("a chunk is cut").containsExactly("1: 0-1 #1");
    assertThat(launched(story)).containsExactly(3);
  }

  @Test
  void theLastItemNeedsNoSuccessor() {
    Story story = story(new Crew(0, 1, 0, 1, FOR_EVER));
    story.submit(1, 1, 1, FAIL);
    story.ready(1);
    assertThat(launched(story)).isEmpty();
  }

  @Test
  void aSpareTakesThePlaceOfTheDeadAtOnce() {
    Story story = story(new Crew(0, 1, 1, ALWAYS, FOR_EVER));
    story.submit(1, 2, 1, SKIP);
    assertThat(launched(story)).containsExactly(1, 2);
    story.ready(1);
    story.ready(2);
    assertThat(story.deliveries()).as("one at work at a time").isEmpty();
    story.on(new Event.WorkerDying(1));
    story.died(1, Cause.SIGKILL, Story.begun(1, 0), Story.untouched(2, 1));
    assertThat(story.deliveries()).containsExactly("2: 1-2 #1");
    assertThat(launched(story)).as("a new spare").containsExactly(3);
  }

  @Test
  void earlyDeathsAreCountedAnewOnceAWorkerHasComeToWork() {
    Story story = story(Crew.of(1));
    story.submit(1, 9, 1, SKIP);
    int worker = 0;
    for (int i = 0; i < Story.EARLY_DEATHS; i++) {
      for (int early = 1; early < Story.EARLY_DEATHS; early++) {
        story.diedUnseen(++worker, Cause.START_FAILED);
        story.pass(SECOND);
        assertThat(launched(story)).containsExactly(worker + 1);
      }
      story.ready(++worker);
      Effect.Deliver first = story.did(Effect.Deliver.class).getFirst();
      story.returned(worker, first.delivery(), first.from());
      story.diedUnseen(worker, Cause.SIGKILL);
      story.pass(SECOND);
    }
    assertThat(story.endings()).isEmpty();
  }

  // ---- whose turn

  @Test
  void theHighestPriorityGoesFirst() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 2, 1, priority(0));
    story.submit(2, 1, 1, priority(-1));
    story.submit(3, 1, 1, priority(1));
    assertThat(served(story, 1, 2, 4)).containsExactly(1L, 1L, 3L, 2L);
  }

  @Test
  void theOldestIsOvertakenTwiceAtMost() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 2, 1, priority(0));
    story.submit(2, 3, 1, priority(-10));
    story.submit(3, 9, 1, priority(10));
    assertThat(served(story, 1, 2, 11)).startsWith(1L, 1L, 3L, 3L, 2L, 3L, 3L, 2L, 3L, 3L, 2L);
  }

  /** The tasks that the worker was given, in their order, while it does all that it gets. */
  private static List<Long> served(Story story, int worker, int first, int count) {
    List<Effect.Deliver> all = new ArrayList<>();
    all.add(new Effect.Deliver(worker, 0, first - 1, 1, 0, 1, 1));
    all.add(new Effect.Deliver(worker, 1, first, 1, 1, 2, 1));
    for (int i = 0; all.size() < count; i++) {
      story.returned(worker, all.get(i).delivery(), all.get(i).from());
      all.addAll(story.did(Effect.Deliver.class));
    }
    return all.stream().map(Effect.Deliver::task).toList();
  }

  // ---- what waits for too long

  @Test
  void whatHasWaitedForTooLongHasFailedAndWhatRunsGoesOn() {
    Story story = new Story(Crew.of(1), 3 * SECOND);
    story.submit(1, 4, 1, SKIP);
    story.ready(1);
    story.pass(2 * SECOND);
    assertThat(story.verdicts()).isEmpty();
    story.pass(2 * SECOND);
    assertThat(story.did(Effect.CompleteItem.class))
        .extracting(Effect.CompleteItem::item)
        .containsExactly(2, 3);
    assertThat(story.verdicts())
        .allSatisfy(
            verdict ->
                assertThat(((Verdict.Expired) verdict).diagnosis().cause())
                    .isEqualTo(Cause.QUEUE_TIMEOUT));
    story.returned(1, 1, 0);
    story.returned(1, 2, 1);
    assertThat(story.endings()).containsExactly(new Ending.AllDone());
  }

  @Test
  void underThePolicyFailTheFirstThatHasWaitedEndsItsRun() {
    Story story = new Story(Crew.of(1), 3 * SECOND);
    story.submit(1, 4, 1, FAIL);
    story.ready(1);
    story.pass(4 * SECOND);
    assertThat(story.verdicts()).hasSize(1);
    assertThat(story.endings()).containsExactly(new Ending.Failed(2));
  }
}
