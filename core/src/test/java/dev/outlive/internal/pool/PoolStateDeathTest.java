package dev.outlive.internal.pool;

import static dev.outlive.internal.pool.Story.FAIL;
import static dev.outlive.internal.pool.Story.GRACE;
import static dev.outlive.internal.pool.Story.SKIP;
import static dev.outlive.internal.pool.Story.begun;
import static dev.outlive.internal.pool.Story.untouched;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.pool.Effect.Ending;
import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.monitor.PoolSnapshot.WorkerState;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.spi.KillReason;
import dev.outlive.spi.Revocation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of {@link PoolState} about deaths: who is blamed, who is not, and who lies. */
class PoolStateDeathTest {
  private static final RetryPolicy TWICE = RetryPolicy.onCrash().attempts(2);

  @Test
  void onlyTheItemThatHadBegunIsBlamedAndTheRestGoesBackUnchargedInItsOrder() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 5, 2, SKIP);
    assertThat(story.deliveries()).containsExactly("1: 0-2 #1", "1: 2-4 #1");
    Diagnosis diagnosis = story.died(1, Cause.SIGKILL, begun(1, 0), untouched(2, 2));
    assertThat(story.did(Effect.RecordLoss.class))
        .containsExactly(new Effect.RecordLoss(1, 0, 1, false, diagnosis));
    assertThat(story.verdicts()).containsExactly(new Verdict.Died(true, 1, List.of(diagnosis), ""));
    story.ready(2);
    assertThat(story.deliveries()).containsExactly("2: 1-2 #1", "2: 2-4 #1");
    story.returned(2, 3, 1);
    assertThat(story.deliveries()).containsExactly("2: 4-5 #1");
  }

  @Test
  void aLossIsRecordedBeforeWhatFollowsFromIt() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, FAIL);
    Diagnosis diagnosis = story.died(1, Cause.EXIT, begun(1, 0));
    assertThat(story.all())
        .containsExactly(
            new Effect.ForgetWorker(1),
            new Effect.Tell(new PoolEvent.WorkerDied(1, false, diagnosis)),
            new Effect.RecordLoss(1, 0, 1, false, diagnosis),
            new Effect.CompleteItem(1, 0, new Verdict.Died(true, 1, List.of(diagnosis), "")),
            new Effect.EndTask(1, new Ending.Failed(0)));
    assertThat(story.state.snapshot("p").deaths()).isEqualTo(1);
  }

  @Test
  void finishedItemsOfAChunkAreKept() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 3, 3, SKIP);
    story.returned(1, 1, 0);
    story.died(1, Cause.SIGKILL, begun(1, 1));
    story.ready(2);
    assertThat(story.deliveries()).containsExactly("2: 2-3 #1");
    story.returned(2, 2, 2);
    assertThat(story.endings()).containsExactly(new Ending.AllDone());
  }

  @Test
  void anItemThatHadNotBegunIsNotBlamed() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 2, 2, FAIL);
    story.returned(1, 1, 0);
    story.died(1, Cause.SIGKILL, begun(1, 0));
    assertThat(story.did(Effect.RecordLoss.class)).isEmpty();
    story.ready(2);
    assertThat(story.deliveries()).containsExactly("2: 1-2 #1");
  }

  @Test
  void aDeliveryThatItsWorkerNeverSawIsNotBlamed() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, FAIL);
    story.died(1, Cause.SIGKILL);
    assertThat(story.did(Effect.RecordLoss.class)).isEmpty();
    assertThat(story.endings()).isEmpty();
  }

  @Test
  void whereTheWorkerWasAheadOfItsNewsTheNextItemIsBlamed() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 3, 3, SKIP);
    story.died(1, Cause.SIGKILL, untouched(1, 1));
    assertThat(story.didOne(Effect.RecordLoss.class).item()).isZero();
  }

  @Test
  void whereNobodyKnowsTheFirstDeliveryHadBegun() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 2, 1, SKIP);
    story.diedUnseen(1, Cause.SIGKILL);
    assertThat(story.didOne(Effect.RecordLoss.class).item()).isZero();
    story.ready(2);
    assertThat(story.deliveries()).containsExactly("2: 1-2 #1");
  }

  @Test
  void whereNobodyKnowsWhatIsBehindAStoppedItemHadNotBegun() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, FAIL);
    story.submit(2, 1, 1, FAIL);
    story.on(new Event.TaskAbandoned(1));
    story.answered(1, 1, Why.ABANDONED, new Revocation.Stopped(0));
    story.diedUnseen(1, Cause.SIGKILL);
    assertThat(story.did(Effect.RecordLoss.class)).isEmpty();
    assertThat(story.endings()).isEmpty();
  }

  @Test
  void whomThePoolItselfKilledIsNotBlamed() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, FAIL);
    story.died(1, Cause.CANCELLED, begun(1, 0));
    assertThat(story.did(Effect.RecordLoss.class)).isEmpty();
    assertThat(story.state.snapshot("p").deaths()).isZero();
  }

  @Test
  void anItemIsTriedAgainAfterItsWorkerDiedAndAllItsDeathsAreListed() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, Story.rules(FailurePolicy.FAIL, TWICE));
    story.on(new Event.WorkerDying(1));
    assertThat(story.deliveries()).isEmpty();
    Diagnosis first = story.died(1, Cause.SIGKILL, begun(1, 0));
    assertThat(story.didOne(Effect.RecordLoss.class).retried()).isTrue();
    story.ready(2);
    assertThat(story.deliveries()).containsExactly("2: 0-1 #2");
    Diagnosis second = story.died(2, Cause.EXIT, begun(2, 0));
    assertThat(story.verdicts())
        .containsExactly(new Verdict.Died(true, 2, List.of(first, second), ""));
  }

  @Test
  void aResultThatWasSentBeforeTheDeathCounts() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 2, 1, FAIL);
    story.on(new Event.WorkerDying(1));
    story.returned(1, 1, 0);
    assertThat(story.verdicts())
        .containsExactly(new Verdict.Returned(Story.result(0), 1, List.of()));
    story.died(1, Cause.SIGKILL, begun(1, 0), untouched(2, 1));
    assertThat(story.did(Effect.RecordLoss.class)).isEmpty();
  }

  @Test
  void aSuccessAfterALossNamesIt() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, Story.rules(FailurePolicy.FAIL, TWICE));
    Diagnosis diagnosis = story.died(1, Cause.SIGKILL, begun(1, 0));
    story.ready(2);
    story.returned(2, 2, 0);
    assertThat(story.verdicts())
        .containsExactly(new Verdict.Returned(Story.result(0), 2, List.of(diagnosis)));
  }

  @Test
  void aDyingWorkerGetsNothingMoreIsReplacedAndKilledIfItLingers() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, FAIL);
    story.on(new Event.WorkerDying(1));
    assertThat(story.all()).containsExactly(new Effect.Tell(new PoolEvent.WorkerDying(1)));
    assertThat(story.state.snapshot("p").workers().getFirst().state()).isEqualTo(WorkerState.DYING);
    story.submit(2, 1, 1, FAIL);
    assertThat(story.didOne(Effect.LaunchWorker.class).worker()).isEqualTo(2);
    assertThat(story.deliveries()).isEmpty();
    story.pass(GRACE - 1);
    assertThat(story.kills()).isEmpty();
    story.pass(1);
    assertThat(story.kills()).containsExactly(new Effect.KillWorker(1, KillReason.LINK_CLOSED));
  }

  @Test
  void readinessAfterTheFirstNoticeOfDeathIsNoReadiness() {
    Story story = new Story(1);
    story.submit(1, 1, 1, FAIL);
    story.on(new Event.WorkerDying(1));
    story.ready(1);
    assertThat(story.all()).isEmpty();
  }

  // ---- liars

  @Test
  void aSecondAnswerAboutTheSameItemIsStale() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, FAIL);
    story.returned(1, 1, 0);
    story.returned(1, 1, 0);
    assertThat(story.all()).isEmpty();
  }

  @Test
  void nobodyCanAnswerForAnotherWorker() {
    Story story = Story.withReadyWorkers(2);
    story.submit(1, 2, 1, FAIL);
    story.returned(1, 2, 1);
    story.withdrawn(1, 2);
    assertThat(story.all()).isEmpty();
    story.returned(77, 1, 0);
    assertThat(story.all()).isEmpty();
    story.returned(2, 2, 1);
    assertThat(story.verdicts()).hasSize(1);
  }

  @Test
  void whoAnswersOutOfTurnIsKilled() {
    Story ahead = Story.withReadyWorkers(1);
    ahead.submit(1, 2, 2, FAIL);
    ahead.returned(1, 1, 1);
    assertThat(ahead.kills())
        .containsExactly(babbled("it answered item 1 of delivery 1 out of turn: item 0 was due"));
    assertThat(ahead.verdicts()).isEmpty();
    Story behind = Story.withReadyWorkers(1);
    behind.submit(1, 2, 1, FAIL);
    behind.returned(1, 2, 1);
    assertThat(behind.kills())
        .containsExactly(
            babbled("it answered item 1 of delivery 2 out of turn: another delivery was due"));
    assertThat(behind.verdicts()).isEmpty();
  }

  @Test
  void whoPassesOverWhatWasNotTakenBackIsKilledOnce() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, FAIL);
    story.withdrawn(1, 1);
    assertThat(story.kills())
        .containsExactly(babbled("it passed over delivery 1, which nobody had withdrawn"));
    story.on(new Event.ProtocolViolated(1, "more"));
    assertThat(story.kills()).isEmpty();
    Diagnosis diagnosis = story.died(1, Cause.PROTOCOL, begun(1, 0));
    assertThat(story.verdicts()).containsExactly(new Verdict.Died(true, 1, List.of(diagnosis), ""));
  }

  @Test
  void whoSendsRubbishIsKilled() {
    Story story = Story.withReadyWorkers(1);
    story.on(new Event.ProtocolViolated(1, "rubbish"));
    assertThat(story.kills()).containsExactly(babbled("rubbish"));
  }

  private static Effect.KillWorker babbled(String how) {
    return new Effect.KillWorker(1, KillReason.PROTOCOL, how);
  }
}
