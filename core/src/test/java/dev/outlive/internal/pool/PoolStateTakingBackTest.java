package dev.outlive.internal.pool;

import static dev.outlive.internal.pool.Script.SECOND;
import static dev.outlive.internal.pool.Story.FAIL;
import static dev.outlive.internal.pool.Story.GRACE;
import static dev.outlive.internal.pool.Story.PICK_UP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.internal.pool.Effect.Ending;
import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.spi.KillReason;
import dev.outlive.spi.Revocation;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of {@link PoolState} about taking work back: recalled, or abandoned. */
class PoolStateTakingBackTest {
  private static Effect.KillWorker kill(KillReason reason) {
    return new Effect.KillWorker(1, reason);
  }

  @Test
  void workBehindOtherWorkIsRecalledForAnIdleWorker() {
    Story story = Story.withReadyWorkers(2);
    story.submit(1, 3, 1, FAIL);
    story.returned(2, 2, 1);
    assertThat(story.didOne(Effect.Revoke.class))
        .isEqualTo(new Effect.Revoke(1, 1, 3, Why.RECALLED, 0));
    story.answered(1, 3, Why.RECALLED, new Revocation.Withdrawn());
    assertThat(story.deliveries()).containsExactly("2: 2-3 #1");
    story.withdrawn(1, 3);
    assertThat(story.kills()).isEmpty();
  }

  @Test
  void whatHasBegunIsNotRecalledAgainAndAgain() {
    Story story = Story.withReadyWorkers(2);
    story.submit(1, 3, 1, FAIL);
    story.returned(2, 2, 1);
    story.answered(1, 3, Why.RECALLED, new Revocation.Begun());
    assertThat(story.all()).isEmpty();
    story.returned(1, 1, 0);
    story.returned(1, 3, 2);
    assertThat(story.endings()).containsExactly(new Ending.AllDone());
  }

  @Test
  void whatHadNotBegunIsTakenBackAndItsSlotIsFreeOnceItIsPassedOver() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, FAIL);
    story.on(new Event.TaskAbandoned(1));
    assertThat(story.didOne(Effect.Revoke.class))
        .isEqualTo(new Effect.Revoke(1, 0, 1, Why.ABANDONED, 0));
    story.answered(1, 1, Why.ABANDONED, new Revocation.Withdrawn());
    assertThat(story.all()).isEmpty();
    story.submit(2, 2, 1, FAIL);
    assertThat(story.didOne(Effect.Deliver.class).slot()).isEqualTo(1);
    story.withdrawn(1, 1);
    assertThat(story.didOne(Effect.Deliver.class).slot()).isZero();
  }

  @Test
  void aRunningItemIsInterruptedAndItsWorkerKilledIfItDoesNotEnd() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, FAIL);
    story.on(new Event.TaskAbandoned(1));
    story.answered(1, 1, Why.ABANDONED, new Revocation.Stopped(0));
    assertThat(story.didOne(Effect.Interrupt.class)).isEqualTo(new Effect.Interrupt(1, 1));
    story.pass(GRACE - 1);
    assertThat(story.kills()).isEmpty();
    story.pass(1);
    assertThat(story.kills()).containsExactly(kill(KillReason.CANCELLED));
  }

  @Test
  void aRunningItemThatHeedsTheInterruptCostsNoWorker() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, FAIL);
    story.on(new Event.TaskAbandoned(1));
    story.answered(1, 1, Why.ABANDONED, new Revocation.Stopped(0));
    story.withdrawn(1, 1);
    story.pass(10 * GRACE);
    assertThat(story.kills()).isEmpty();
    story.submit(2, 1, 1, FAIL);
    assertThat(story.deliveries()).containsExactly("1: 0-1 #1");
  }

  @Test
  void anEarlierResultDoesNotSaveAWorkerThatIgnoresTheInterrupt() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, FAIL);
    story.submit(2, 1, 1, FAIL);
    story.on(new Event.TaskAbandoned(2));
    story.answered(1, 2, Why.ABANDONED, new Revocation.Stopped(0));
    story.returned(1, 1, 0);
    story.pass(GRACE);
    assertThat(story.kills()).containsExactly(kill(KillReason.CANCELLED));
  }

  @Test
  void anAbandonedChunkIsStoppedAfterTheResultThatWasOnItsWay() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 3, 3, FAIL);
    story.on(new Event.TaskAbandoned(1));
    story.answered(1, 1, Why.ABANDONED, new Revocation.Published());
    assertThat(story.all()).isEmpty();
    story.returned(1, 1, 0);
    assertThat(story.verdicts()).isEmpty();
    assertThat(story.didOne(Effect.Revoke.class).why()).isEqualTo(Why.ABANDONED);
    story.answered(1, 1, Why.ABANDONED, new Revocation.Stopped(1));
    assertThat(story.did(Effect.Interrupt.class)).hasSize(1);
  }

  @Test
  void anAbandonedResultThatDoesNotArriveCostsItsWorker() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, FAIL);
    story.on(new Event.TaskAbandoned(1));
    story.answered(1, 1, Why.ABANDONED, new Revocation.Published());
    story.passing(GRACE, new Revocation.Published());
    assertThat(story.kills()).containsExactly(kill(KillReason.CANCELLED));
  }

  @Test
  void workBehindAnAbandonedItemHasTimeUntilThatHasEnded() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, FAIL);
    story.submit(2, 1, 1, FAIL);
    story.on(new Event.TaskAbandoned(1));
    story.answered(1, 1, Why.ABANDONED, new Revocation.Stopped(0));
    story.pass(GRACE - 1);
    story.withdrawn(1, 1);
    story.pass(PICK_UP);
    assertThat(story.kills()).isEmpty();
    story.pass(SECOND);
    assertThat(story.kills()).containsExactly(kill(KillReason.UNRESPONSIVE));
  }

  @Test
  void oneIdleWorkerRecallsOneDelivery() {
    Story story = Story.withReadyWorkers(3);
    story.submit(1, 6, 1, FAIL);
    story.returned(3, 3, 2);
    story.returned(3, 6, 5);
    assertThat(story.did(Effect.Revoke.class))
        .containsExactly(new Effect.Revoke(1, 1, 4, Why.RECALLED, 0));
  }

  @Test
  void anAbandonedChunkIsStoppedAfterTheExceptionThatWasOnItsWay() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 3, 3, FAIL);
    story.on(new Event.TaskAbandoned(1));
    story.answered(1, 1, Why.ABANDONED, new Revocation.Published());
    story.threw(1, 1, 0, IOException.class);
    assertThat(story.didOne(Effect.Revoke.class).why()).isEqualTo(Why.ABANDONED);
  }

  @Test
  void whoPassesOverWhatItWasOnceAskedForIsKilled() {
    Story story = Story.withReadyWorkers(2);
    story.submit(1, 3, 1, FAIL);
    story.returned(2, 2, 1);
    story.answered(1, 3, Why.RECALLED, new Revocation.Begun());
    story.withdrawn(1, 3);
    assertThat(story.kills())
        .containsExactly(
            new Effect.KillWorker(
                1, KillReason.PROTOCOL, "it passed over delivery 3, which nobody had withdrawn"));
  }

  // ---- withdrawn gently

  @Test
  void aWithdrawalEndsATaskThatWaits() {
    Story story = new Story(1);
    story.submit(1, 1, 1, FAIL);
    story.on(new Event.WithdrawalAsked(1));
    assertThat(story.endings()).containsExactly(new Ending.Abandoned());
    story.on(new Event.WithdrawalAsked(1));
    assertThat(story.all()).isEmpty();
  }

  @Test
  void aWithdrawalEndsATaskThatItsWorkerHasNotBegun() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, FAIL);
    story.on(new Event.WithdrawalAsked(1));
    assertThat(story.didOne(Effect.Revoke.class))
        .isEqualTo(new Effect.Revoke(1, 0, 1, Why.WITHDRAWN, 0));
    assertThat(story.endings()).isEmpty();
    story.answered(1, 1, Why.WITHDRAWN, new Revocation.Withdrawn());
    assertThat(story.endings()).containsExactly(new Ending.Abandoned());
    story.withdrawn(1, 1);
    assertThat(story.kills()).isEmpty();
  }

  @Test
  void aWithdrawalEndsATaskOfWhichNoWorkerHasBegunAnything() {
    Story story = Story.withReadyWorkers(2);
    story.submit(1, 4, 1, FAIL);
    story.on(new Event.WithdrawalAsked(1));
    List<Effect.Revoke> asked = story.did(Effect.Revoke.class);
    assertThat(asked).hasSize(4);
    for (Effect.Revoke one : asked) {
      assertThat(story.endings()).isEmpty();
      story.answered(one.worker(), one.delivery(), one.why(), new Revocation.Withdrawn());
    }
    assertThat(story.endings()).containsExactly(new Ending.Abandoned());
  }

  @Test
  void aWithdrawalLeavesATaskAloneThatHasBegun() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 2, 1, FAIL);
    story.on(new Event.WithdrawalAsked(1));
    story.answered(1, 1, Why.WITHDRAWN, new Revocation.Begun());
    story.answered(1, 2, Why.WITHDRAWN, new Revocation.Withdrawn());
    assertThat(story.endings()).isEmpty();
    story.withdrawn(1, 2);
    story.returned(1, 1, 0);
    assertThat(story.verdicts()).hasSize(1);
    assertThat(story.endings()).isEmpty();
  }
}
