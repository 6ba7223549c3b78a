package dev.outlive.internal.pool;

import static dev.outlive.internal.pool.Script.SECOND;
import static dev.outlive.internal.pool.Story.ABORT;
import static dev.outlive.internal.pool.Story.FAIL;
import static dev.outlive.internal.pool.Story.SKIP;
import static dev.outlive.internal.pool.Story.begun;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.outlive.failure.Cause;
import dev.outlive.internal.pool.Effect.Ending;
import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.internal.protocol.Items;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.monitor.PoolSnapshot.State;
import dev.outlive.monitor.PoolSnapshot.WorkerState;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.spi.KillReason;
import dev.outlive.spi.Revocation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The rules of {@link PoolState} about work: who gets it, and what comes of it. */
class PoolStateTest {
  @Test
  void noMoreWorkersAreLaunchedThanThereIsWorkFor() {
    Story story = new Story(4);
    story.submit(1, 2, 1, FAIL);
    assertThat(story.did(Effect.LaunchWorker.class))
        .containsExactly(new Effect.LaunchWorker(1), new Effect.LaunchWorker(2));
    story.submit(2, 9, 1, FAIL);
    assertThat(story.did(Effect.LaunchWorker.class)).hasSize(2);
    story.submit(3, 1, 1, FAIL);
    assertThat(story.did(Effect.LaunchWorker.class)).isEmpty();
  }

  @Test
  void aChunkNeedsOneWorker() {
    Story story = new Story(4);
    story.submit(1, 7, 3, FAIL);
    assertThat(story.did(Effect.LaunchWorker.class)).hasSize(3);
  }

  @Test
  void aWorkerHasOneDeliveryToRunAndOneAtHand() {
    Story story = new Story(1);
    story.submit(1, 3, 1, FAIL);
    assertThat(story.deliveries()).isEmpty();
    story.ready(1);
    assertThat(story.did(Effect.Deliver.class))
        .containsExactly(
            new Effect.Deliver(1, 0, 1, 1, 0, 1, 1), new Effect.Deliver(1, 1, 2, 1, 1, 2, 1));
    story.returned(1, 1, 0);
    assertThat(story.did(Effect.Deliver.class))
        .containsExactly(new Effect.Deliver(1, 0, 3, 1, 2, 3, 1));
  }

  @Test
  void idleWorkersAreServedBeforeAnybodyGetsASecondDelivery() {
    Story story = Story.withReadyWorkers(2);
    story.submit(1, 3, 1, FAIL);
    assertThat(story.deliveries()).containsExactly("1: 0-1 #1", "2: 1-2 #1", "1: 2-3 #1");
  }

  @Test
  void resultsCompleteTheirItemsAndTheLastOneItsTask() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 2, 2, FAIL);
    assertThat(story.deliveries()).containsExactly("1: 0-2 #1");
    story.returned(1, 1, 0);
    assertThat(story.did(Effect.CompleteItem.class))
        .containsExactly(
            new Effect.CompleteItem(1, 0, new Verdict.Returned(Story.result(0), 1, List.of())));
    assertThat(story.endings()).isEmpty();
    story.returned(1, 1, 1);
    assertThat(story.did(Effect.CompleteItem.class)).hasSize(1);
    assertThat(story.endings()).containsExactly(new Ending.AllDone());
  }

  @Test
  void workGoesInTheOrderInWhichItCame() {
    Story story = new Story(1);
    story.submit(1, 3, 2, FAIL);
    story.submit(2, 1, 5, FAIL);
    story.ready(1);
    assertThat(story.deliveries()).containsExactly("1: 0-2 #1", "1: 2-3 #1");
    story.returned(1, 1, 0);
    story.returned(1, 1, 1);
    assertThat(story.didOne(Effect.Deliver.class).task()).isEqualTo(2);
  }

  @Test
  void ofShortItemsManyAreAtHandAndOfOthersTheNext() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 100, 1, FAIL);
    assertThat(story.deliveries()).containsExactly("1: 0-1 #1", "1: 1-2 #1");
    story.returned(1, 1, 0, 100_000);
    assertThat(story.did(Effect.Deliver.class)).as("a tenth of a millisecond each").hasSize(9);
    for (int item = 1; item < 30; item++) {
      story.returned(1, 1 + item, item, 100);
    }
    story.returned(1, 31, 30, 100);
    assertThat(story.did(Effect.Deliver.class)).as("no more than there are slots").hasSize(1);
    assertThat(story.deliveries()).containsExactly("1: 62-63 #1");
  }

  @Test
  void nothingWaitsBehindAnItemThatTakesLong() {
    Story story = Story.withReadyWorkers(2);
    story.submit(1, 1, 1, FAIL);
    story.submit(2, 1, 1, FAIL);
    story.submit(3, 1, 1, FAIL);
    story.submit(4, 2, 1, FAIL);
    story.now += 11_000_000;
    story.submit(5, 1, 1, FAIL);
    assertThat(story.did(Effect.Revoke.class))
        .extracting(Effect.Revoke::worker, Effect.Revoke::why)
        .containsExactly(tuple(1, Why.RECALLED), tuple(2, Why.RECALLED));
  }

  @Test
  void underFailTheFirstFailureEndsTheTask() {
    Story story = new Story(1);
    story.submit(1, 3, 1, FAIL);
    story.ready(1);
    story.threw(1, 1, 0, IOException.class);
    assertThat(story.verdicts()).containsExactly(new Verdict.Threw(Story.result(0), 1, List.of()));
    assertThat(story.endings()).containsExactly(new Ending.Failed(0));
    assertThat(story.didOne(Effect.Revoke.class))
        .isEqualTo(new Effect.Revoke(1, 1, 2, Why.ABANDONED, 0));
    assertThat(story.deliveries()).isEmpty();
    assertThat(story.state.snapshot("p").cancelled()).isEqualTo(2);
  }

  @Test
  void underSkipTheOthersGoOn() {
    Story story = new Story(1);
    story.submit(1, 2, 1, SKIP);
    story.ready(1);
    story.threw(1, 1, 0, IOException.class);
    assertThat(story.endings()).isEmpty();
    story.threw(1, 2, 1, IOException.class);
    assertThat(story.endings()).containsExactly(new Ending.AllDone());
  }

  @Test
  void underAbortAllTasksEndAndAllWorkersAreKilled() {
    Story story = Story.withReadyWorkers(2);
    story.submit(1, 1, 1, ABORT);
    story.submit(2, 5, 1, FAIL);
    story.threw(1, 1, 0, IOException.class);
    Verdict verdict = new Verdict.Threw(Story.result(0), 1, List.of());
    Ending aborted = new Ending.Aborted(1, 0, verdict);
    assertThat(story.did(Effect.EndTask.class))
        .containsExactly(new Effect.EndTask(1, aborted), new Effect.EndTask(2, aborted));
    assertThat(story.kills())
        .containsExactly(
            new Effect.KillWorker(1, KillReason.ABORTED),
            new Effect.KillWorker(2, KillReason.ABORTED));
    assertThat(story.state.phase()).isEqualTo(State.STOPPING);
  }

  @Test
  void theFirstAttemptCountsAsOne() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, Story.rules(FailurePolicy.FAIL, RetryPolicy.onException().attempts(3)));
    story.threw(1, 1, 0, IOException.class);
    assertThat(story.didOne(Effect.Tell.class).event())
        .isEqualTo(new PoolEvent.TaskRetried(1, 0, 1, Cause.EXCEPTION));
    assertThat(story.deliveries()).containsExactly("1: 0-1 #2");
    story.threw(1, 2, 0, IOException.class);
    assertThat(story.deliveries()).containsExactly("1: 0-1 #3");
    story.threw(1, 3, 0, IOException.class);
    assertThat(story.verdicts()).containsExactly(new Verdict.Threw(Story.result(0), 3, List.of()));
    assertThat(story.state.snapshot("p").retried()).isEqualTo(2);
  }

  @Test
  void theFirstPolicyThatCoversDecidesAndCountsOnlyItsOwn() {
    Story story = Story.withReadyWorkers(1);
    RetryPolicy disk = RetryPolicy.onException(IOException.class).attempts(2);
    RetryPolicy any = RetryPolicy.onException().attempts(2);
    story.submit(1, 1, 1, Story.rules(FailurePolicy.FAIL, disk, any));
    story.threw(1, 1, 0, IOException.class);
    story.threw(1, 2, 0, ArithmeticException.class);
    assertThat(story.deliveries()).containsExactly("1: 0-1 #3");
    story.threw(1, 3, 0, IOException.class);
    assertThat(story.verdicts()).containsExactly(new Verdict.Threw(Story.result(0), 3, List.of()));
  }

  @Test
  void aRetryWaitsForItsBackOff() {
    Story story = Story.withReadyWorkers(1);
    RetryPolicy patient =
        RetryPolicy.onException().backoff(Duration.ofSeconds(4), Duration.ofSeconds(8));
    story.submit(1, 1, 1, Story.rules(FailurePolicy.FAIL, patient));
    story.threw(1, 1, 0, IOException.class);
    assertThat(story.deliveries()).isEmpty();
    story.pass(2 * SECOND - 1);
    assertThat(story.deliveries()).isEmpty();
    story.pass(2 * SECOND + 1);
    assertThat(story.deliveries()).containsExactly("1: 0-1 #2");
    story.threw(1, 2, 0, IOException.class);
    story.pass(4 * SECOND - 1);
    assertThat(story.deliveries()).isEmpty();
    story.pass(4 * SECOND + 1);
    assertThat(story.deliveries()).containsExactly("1: 0-1 #3");
  }

  @Test
  void anAbandonedTaskEndsAtOnceAndItsRetriesAreForgotten() {
    Story story = Story.withReadyWorkers(1);
    RetryPolicy patient =
        RetryPolicy.onException().backoff(Duration.ofSeconds(4), Duration.ofSeconds(8));
    story.submit(1, 1, 1, Story.rules(FailurePolicy.FAIL, patient));
    story.threw(1, 1, 0, IOException.class);
    story.on(new Event.TaskAbandoned(1));
    assertThat(story.endings()).containsExactly(new Ending.Abandoned());
    story.pass(10 * SECOND);
    assertThat(story.deliveries()).isEmpty();
    story.on(new Event.TaskAbandoned(1));
    assertThat(story.all()).isEmpty();
  }

  @Test
  void workBehindOtherWorkIsStillWorthAWorker() {
    Story story = new Story(3);
    story.submit(1, 1, 1, FAIL);
    story.ready(1);
    story.submit(2, 1, 1, FAIL);
    assertThat(story.didOne(Effect.LaunchWorker.class).worker()).isEqualTo(2);
    story.submit(3, 1, 1, FAIL);
    assertThat(story.didOne(Effect.LaunchWorker.class).worker()).isEqualTo(3);
  }

  @Test
  void workBehindOtherWorkIsNotForgottenWhenItsWorkerCannotStart() {
    Story story = new Story(2);
    story.submit(1, 1, 1, FAIL);
    story.ready(1);
    story.submit(2, 1, 1, FAIL);
    assertThat(story.deliveries()).containsExactly("1: 0-1 #1");
    story.died(2, Cause.START_FAILED);
    story.passing(SECOND, new Revocation.InTime(true, story.now));
    assertThat(story.didOne(Effect.LaunchWorker.class).worker()).isEqualTo(3);
  }

  @Test
  void aSnapshotCountsEachItemOnce() {
    Story story = new Story(1);
    story.submit(1, 2, 1, SKIP);
    story.submit(2, 5, 2, SKIP);
    PoolSnapshot start = story.state.snapshot("p");
    assertThat(start.queued()).isEqualTo(7);
    assertThat(start.workers())
        .containsExactly(worker(OptionalLong.empty(), WorkerState.STARTING, 0, 0));
    story.ready(1);
    story.returned(1, 1, 0);
    story.threw(1, 2, 1, IOException.class);
    PoolSnapshot busy = story.state.snapshot("p");
    assertThat(List.of(busy.queued(), busy.running(), busy.done(), busy.failed()))
        .containsExactly(4L, 1L, 1L, 1L);
    assertThat(busy.workers())
        .containsExactly(worker(OptionalLong.of(1001), WorkerState.BUSY, 2, 2));
  }

  private static PoolSnapshot.Worker worker(
      OptionalLong pid, WorkerState state, long task, long done) {
    Optional<PoolSnapshot.Work> work =
        task == 0
            ? Optional.empty()
            : Optional.of(new PoolSnapshot.Work(task, "", 0, 1, Duration.ZERO, 0, 0));
    return new PoolSnapshot.Worker(1, pid, state, work, OptionalLong.empty(), done);
  }

  @Test
  void whoFollowsHearsWhatAWorkerHasComeToAndNotWhatWaitsThere() {
    Story story = Story.withReadyWorkers(1);
    story.followed = true;
    story.submit(1, 4, 2, SKIP);
    assertThat(story.deliveries()).containsExactly("1: 0-2 #1", "1: 2-4 #1");
    assertThat(story.starts()).containsExactly("1: 1[0] #1");
    story.returned(1, 1, 0);
    assertThat(story.starts()).containsExactly("1: 1[1] #1");
    story.returned(1, 1, 1);
    assertThat(story.starts()).containsExactly("1: 1[2] #1");
    story.died(1, Cause.SIGKILL, begun(2, 2));
    story.ready(2);
    assertThat(story.starts()).containsExactly("2: 1[3] #1");
  }

  @Test
  void whatWorkersComeToIsNotToldWhereNobodyFollows() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 2, 1, SKIP);
    story.returned(1, 1, 0);
    assertThat(story.starts()).isEmpty();
  }

  private static Event row(int from, int to) {
    List<ByteBuffer> values = new ArrayList<>();
    for (int i = from; i < to; i++) {
      values.add(ByteBuffer.allocate(4).putInt(i).flip());
    }
    return new Event.ItemsReturned(
        1, 1, new ItemRow(from, Items.of(values), Attempt.NONE, List.of()));
  }

  @Test
  void resultsInARowCompleteTheirItemsOnceThoughThePageOfADeadWorkerTellsThemAgain() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 5, 5, FAIL);
    story.on(row(0, 2));
    assertThat(story.didOne(Effect.CompleteItems.class).row().to()).isEqualTo(2);
    story.on(row(0, 4));
    assertThat(story.didOne(Effect.CompleteItems.class).row().from()).isEqualTo(2);
    assertThat(story.endings()).isEmpty();
    story.on(row(1, 4));
    assertThat(story.did(Effect.CompleteItems.class)).isEmpty();
    story.on(row(4, 5));
    assertThat(story.endings()).containsExactly(new Ending.AllDone());
  }

  @Test
  void aRowThatLeavesOutAnItemOrGoesBeyondTheDeliveryIsABreachOfTheProtocol() {
    for (Event wrong : List.of(row(1, 3), row(0, 6))) {
      Story story = Story.withReadyWorkers(1);
      story.submit(1, 5, 5, FAIL);
      story.on(wrong);
      assertThat(story.did(Effect.CompleteItems.class)).isEmpty();
      assertThat(story.didOne(Effect.KillWorker.class).reason()).isEqualTo(KillReason.PROTOCOL);
    }
  }
}
