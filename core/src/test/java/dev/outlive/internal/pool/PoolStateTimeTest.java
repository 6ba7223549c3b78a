package dev.outlive.internal.pool;

import static dev.outlive.internal.pool.Script.SECOND;
import static dev.outlive.internal.pool.Story.FAIL;
import static dev.outlive.internal.pool.Story.GRACE;
import static dev.outlive.internal.pool.Story.PICK_UP;
import static dev.outlive.internal.pool.Story.START;
import static dev.outlive.internal.pool.Story.begun;
import static dev.outlive.internal.pool.Story.untouched;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.spi.KillReason;
import dev.outlive.spi.Revocation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of {@link PoolState} about time: limits, and work that is not picked up. */
class PoolStateTimeTest {
  private static final long LIMIT = 3 * SECOND;

  private static Effect.KillWorker kill(KillReason reason) {
    return new Effect.KillWorker(1, reason);
  }

  @Test
  void aWorkerThatIsNotReadyInTimeIsKilled() {
    Story story = new Story(1);
    story.submit(1, 1, 1, FAIL);
    story.pass(START - 1);
    assertThat(story.kills()).isEmpty();
    story.pass(1);
    assertThat(story.kills()).containsExactly(kill(KillReason.START_TIMEOUT));
    assertThat(story.didOne(Effect.LaunchWorker.class).worker()).isEqualTo(2);
  }

  @Test
  void aReadyWorkerIsNotKilledForItsStart() {
    Story story = new Story(1);
    story.submit(1, 1, 1, FAIL);
    story.pass(START - 1);
    story.ready(1);
    story.passing(SECOND, new Revocation.InTime(true, story.now));
    assertThat(story.kills()).isEmpty();
  }

  // ---- limits

  @Test
  void anItemBeyondItsLimitIsStoppedAndItsWorkerKilled() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 2, 1, Story.limited(LIMIT));
    story.passing(LIMIT - 1, new Revocation.Stopped(0));
    assertThat(story.all()).isEmpty();
    story.passing(1, new Revocation.Stopped(0));
    assertThat(story.didOne(Effect.Revoke.class))
        .isEqualTo(new Effect.Revoke(1, 0, 1, Why.LATE, LIMIT));
    assertThat(story.kills()).containsExactly(kill(KillReason.TIMEOUT));
    Diagnosis diagnosis = story.died(1, Cause.TIMEOUT, begun(1, 0), untouched(2, 1));
    assertThat(story.verdicts())
        .containsExactly(new Verdict.TimedOut(LIMIT, 1, List.of(diagnosis)));
    assertThat(story.didOne(Effect.RecordLoss.class).diagnosis()).isSameAs(diagnosis);
    assertThat(story.state.snapshot("p").deaths()).isZero();
    story.ready(2);
    assertThat(story.deliveries()).containsExactly("2: 1-2 #1");
  }

  @Test
  void aTimedOutItemIsTriedAgainIfItsPolicySaysSo() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, Story.limited(LIMIT, RetryPolicy.on(Cause.TIMEOUT).attempts(2)));
    story.passing(LIMIT, new Revocation.Stopped(0));
    story.died(1, Cause.SIGKILL, begun(1, 0));
    assertThat(story.didOne(Effect.RecordLoss.class).retried()).isTrue();
    story.ready(2);
    assertThat(story.deliveries()).containsExactly("2: 0-1 #2");
  }

  @Test
  void anItemThatBeganLaterHasItsLimitFromThen() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, Story.limited(LIMIT));
    long began = story.now + SECOND;
    story.passing(LIMIT, new Revocation.InTime(true, began));
    assertThat(story.did(Effect.Revoke.class)).hasSize(1);
    story.passing(SECOND - 1, new Revocation.Stopped(0));
    assertThat(story.did(Effect.Revoke.class)).isEmpty();
    story.passing(1, new Revocation.Stopped(0));
    assertThat(story.kills()).containsExactly(kill(KillReason.TIMEOUT));
  }

  @Test
  void eachItemOfAChunkHasTheWholeLimit() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 2, 2, Story.limited(LIMIT));
    story.passing(LIMIT - 1, new Revocation.Stopped(0));
    story.returned(1, 1, 0);
    story.passing(LIMIT - 1, new Revocation.Stopped(1));
    assertThat(story.all()).isEmpty();
    story.passing(1, new Revocation.Stopped(1));
    assertThat(story.kills()).hasSize(1);
  }

  @Test
  void resultsPublishedBeforeTheStoppedItemStillCount() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 2, 2, Story.limited(LIMIT));
    story.passing(LIMIT, new Revocation.Stopped(1));
    story.returned(1, 1, 0);
    assertThat(story.verdicts())
        .containsExactly(new Verdict.Returned(Story.result(0), 1, List.of()));
    Diagnosis diagnosis = story.died(1, Cause.TIMEOUT, begun(1, 1));
    assertThat(story.verdicts())
        .containsExactly(new Verdict.TimedOut(LIMIT, 1, List.of(diagnosis)));
  }

  @Test
  void aResultThatIsBeingPublishedBeyondTheLimitHasTheGraceAndNoMore() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, Story.limited(LIMIT));
    story.passing(LIMIT - 1, new Revocation.Published());
    story.answered(1, 1, Why.LATE, new Revocation.InTime(true, story.now - LIMIT + 1));
    story.passing(1, new Revocation.Published());
    story.passing(GRACE - 1, new Revocation.Published());
    assertThat(story.kills()).isEmpty();
    story.passing(1, new Revocation.Published());
    assertThat(story.kills()).containsExactly(kill(KillReason.TIMEOUT));
    Diagnosis diagnosis = story.died(1, Cause.TIMEOUT, begun(1, 0));
    assertThat(story.verdicts())
        .containsExactly(new Verdict.TimedOut(LIMIT, 1, List.of(diagnosis)));
  }

  @Test
  void whatIsBeingPublishedWithinItsLimitIsLeftAlone() {
    Story story = Story.withReadyWorkers(1);
    long limit = 60 * SECOND;
    story.submit(1, 1, 1, Story.limited(limit));
    story.passing(limit, new Revocation.Published());
    assertThat(story.kills()).isEmpty();
  }

  @Test
  void anItemThatBeganAfterTheKillForAnotherOnesLimitIsNotBlamed() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 2, 2, Story.limited(LIMIT));
    story.passing(2 * LIMIT + GRACE, new Revocation.Published());
    assertThat(story.kills()).containsExactly(kill(KillReason.TIMEOUT));
    story.returned(1, 1, 0);
    story.died(1, Cause.TIMEOUT, begun(1, 1));
    assertThat(story.verdicts()).isEmpty();
    story.ready(2);
    assertThat(story.deliveries()).containsExactly("2: 1-2 #1");
  }

  // ---- work that is not picked up

  @Test
  void aWorkerThatNeverPicksUpItsWorkIsKilledAfterASecondLookAndTheWorkIsUncharged() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, FAIL);
    story.pass(PICK_UP);
    assertThat(story.kills()).isEmpty();
    story.pass(SECOND - 1);
    assertThat(story.kills()).isEmpty();
    story.pass(1);
    assertThat(story.kills()).containsExactly(kill(KillReason.UNRESPONSIVE));
    story.diedUnseen(1, Cause.UNRESPONSIVE);
    assertThat(story.verdicts()).isEmpty();
    story.pass(SECOND);
    story.ready(2);
    assertThat(story.deliveries()).containsExactly("2: 0-1 #1");
  }

  @Test
  void aWorkerThatPicksUpItsWorkAtTheSecondLookLives() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, FAIL);
    story.pass(PICK_UP);
    story.passing(SECOND, new Revocation.InTime(true, story.now));
    story.pass(10 * PICK_UP);
    assertThat(story.kills()).isEmpty();
  }

  @Test
  void theLimitIsWatchedBetweenTwoLooks() {
    Story story = Story.withReadyWorkers(1);
    long limit = SECOND / 4;
    story.submit(1, 1, 1, Story.limited(limit));
    story.pass(PICK_UP);
    story.passing(limit, new Revocation.Stopped(0));
    assertThat(story.kills()).containsExactly(kill(KillReason.TIMEOUT));
  }

  @Test
  void aWorkerThatDoesNotEvenPassOverWhatWasTakenBackIsKilled() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 2, 1, FAIL);
    story.on(new Event.TaskAbandoned(1));
    story.answered(1, 1, Why.ABANDONED, new Revocation.Withdrawn());
    story.answered(1, 2, Why.ABANDONED, new Revocation.Withdrawn());
    story.submit(2, 1, 1, FAIL);
    story.pass(PICK_UP);
    assertThat(story.kills()).isEmpty();
    story.pass(SECOND);
    assertThat(story.kills()).containsExactly(kill(KillReason.UNRESPONSIVE));
    story.died(1, Cause.UNRESPONSIVE);
    story.pass(SECOND);
    story.ready(2);
    assertThat(story.deliveries()).containsExactly("2: 0-1 #1");
  }

  @Test
  void theResultOfAStoppedItemIsNoneAnyMore() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, Story.limited(LIMIT));
    story.passing(LIMIT, new Revocation.Stopped(0));
    story.returned(1, 1, 0);
    assertThat(story.all()).isEmpty();
  }

  @Test
  void untouchedWorkIsLookedAtByItsLimitAndWhenItShouldHaveBeenPickedUp() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, Story.limited(LIMIT));
    story.pass(LIMIT);
    assertThat(story.did(Effect.Revoke.class)).hasSize(1);
    story.pass(PICK_UP - LIMIT - 1);
    assertThat(story.did(Effect.Revoke.class)).isEmpty();
    story.pass(1);
    assertThat(story.did(Effect.Revoke.class)).hasSize(1);
    story.pass(SECOND);
    assertThat(story.kills()).containsExactly(kill(KillReason.UNRESPONSIVE));
  }
}
