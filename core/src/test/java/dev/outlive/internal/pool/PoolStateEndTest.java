package dev.outlive.internal.pool;

import static dev.outlive.internal.pool.Script.SECOND;
import static dev.outlive.internal.pool.Story.FAIL;
import static dev.outlive.internal.pool.Story.GRACE;
import static dev.outlive.internal.pool.Story.SKIP;
import static dev.outlive.internal.pool.Story.begun;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.pool.Effect.Ending;
import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.monitor.PoolSnapshot.State;
import dev.outlive.monitor.PoolSnapshot.WorkerState;
import dev.outlive.spi.KillReason;
import dev.outlive.spi.Revocation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of {@link PoolState} about its end: asked for, or forced by early deaths. */
class PoolStateEndTest {
  @Test
  void shutdownFinishesWhatCameAndThenDismissesTheWorkers() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 1, 1, FAIL);
    story.on(new Event.ShutdownAsked());
    assertThat(story.all()).isEmpty();
    assertThat(story.state.phase()).isEqualTo(State.DRAINING);
    story.returned(1, 1, 0);
    assertThat(story.didOne(Effect.DismissWorker.class).worker()).isEqualTo(1);
    assertThat(story.state.snapshot("p").workers().getFirst().state())
        .isEqualTo(WorkerState.LEAVING);
    story.died(1, Cause.EXIT);
    assertThat(story.did(Effect.FinishTermination.class)).hasSize(1);
    assertThat(story.state.phase()).isEqualTo(State.TERMINATED);
    assertThat(story.state.snapshot("p").deaths()).isZero();
  }

  @Test
  void aWorkerThatIsAskedToLeaveAndDoesNotIsKilled() {
    Story story = Story.withReadyWorkers(1);
    story.on(new Event.ShutdownAsked());
    story.pass(GRACE - 1);
    assertThat(story.kills()).isEmpty();
    story.pass(1);
    assertThat(story.kills()).containsExactly(new Effect.KillWorker(1, KillReason.SHUTDOWN));
  }

  @Test
  void aDeathAfterTheWordToLeaveIsNotCountedWhateverItsCause() {
    Story story = Story.withReadyWorkers(1);
    story.on(new Event.ShutdownAsked());
    story.pass(GRACE);
    story.died(1, Cause.NATIVE_CRASH);
    assertThat(story.state.snapshot("p").deaths()).isZero();
  }

  @Test
  void aPoolWithoutWorkersEndsAtOnceAndOnlyOnce() {
    Story story = new Story(1);
    story.on(new Event.ShutdownAsked());
    assertThat(story.all()).containsExactly(new Effect.FinishTermination());
    story.on(new Event.ShutdownAsked());
    story.on(new Event.StopAsked());
    assertThat(story.all()).isEmpty();
    assertThat(story.state.phase()).isEqualTo(State.TERMINATED);
  }

  @Test
  void aWorkerThatStartsForNothingIsKilledByShutdown() {
    Story story = new Story(1);
    story.submit(1, 1, 1, FAIL);
    story.on(new Event.TaskAbandoned(1));
    story.on(new Event.ShutdownAsked());
    assertThat(story.kills()).containsExactly(new Effect.KillWorker(1, KillReason.SHUTDOWN));
  }

  @Test
  void stopCancelsAllTasksAndKillsAllWorkers() {
    Story story = Story.withReadyWorkers(2);
    story.submit(1, 3, 1, FAIL);
    story.on(new Event.StopAsked());
    assertThat(story.endings()).containsExactly(new Ending.ShutDown());
    assertThat(story.kills()).hasSize(2);
    assertThat(story.state.snapshot("p").cancelled()).isEqualTo(2 + 3);
    story.returned(1, 1, 0);
    assertThat(story.all()).isEmpty();
    story.died(1, Cause.SHUTDOWN, Story.begun(3, 2));
    assertThat(story.did(Effect.FinishTermination.class)).isEmpty();
    story.died(2, Cause.SHUTDOWN);
    assertThat(story.did(Effect.FinishTermination.class)).hasSize(1);
  }

  @Test
  void aTaskAfterShutdownIsABugOfTheCaller() {
    Story story = new Story(1);
    story.on(new Event.ShutdownAsked());
    assertThatThrownBy(() -> story.submit(1, 1, 1, FAIL))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("TERMINATED");
  }

  @Test
  void tooManyEarlyDeathsBreakThePoolAndNameTheFirstCauses() {
    Story story = new Story(1);
    story.submit(1, 2, 1, FAIL);
    Diagnosis first = story.died(1, Cause.START_FAILED);
    story.pass(SECOND);
    Diagnosis second = story.died(2, Cause.START_FAILED);
    story.pass(SECOND);
    assertThat(story.endings()).isEmpty();
    Diagnosis third = story.died(3, Cause.START_FAILED);
    assertThat(story.endings()).containsExactly(new Ending.Broken(List.of(first, second, third)));
    assertThat(story.did(Effect.FinishTermination.class)).hasSize(1);
    assertThat(story.state.phase()).isEqualTo(State.TERMINATED);
  }

  @Test
  void anExcusedStartIsNoEarlyDeathAndTheNextIsMadeAtOnce() {
    Story story = new Story(1);
    story.submit(1, 2, 1, FAIL);
    for (int worker = 1; worker <= 20; worker++) {
      story.diedExcused(worker);
      assertThat(story.did(Effect.LaunchWorker.class)).hasSize(1);
    }
    assertThat(story.endings()).isEmpty();
  }

  @Test
  void earlyDeathsCountWithinThePeriodOnly() {
    Story story = new Story(1);
    story.submit(1, 1, 1, FAIL);
    story.died(1, Cause.START_FAILED);
    story.pass(SECOND);
    story.died(2, Cause.START_FAILED);
    story.pass(SECOND);
    story.now += Story.PERIOD.toNanos() - 2 * SECOND + 1;
    story.died(3, Cause.START_FAILED);
    assertThat(story.endings()).isEmpty();
  }

  @Test
  void aDeathIsNotEarlyOnceTheWorkerHasBegunAnItemBlamedOrNot() {
    Story story = Story.withReadyWorkers(1);
    for (int worker = 1; worker <= Story.EARLY_DEATHS; worker++) {
      story.submit(worker, 1, 1, FAIL);
      if (worker > 1) {
        story.ready(worker);
      }
      story.on(new Event.TaskAbandoned(worker));
      story.answered(worker, worker, Why.ABANDONED, new Revocation.Stopped(0));
      story.died(worker, Cause.SIGKILL, begun(worker, 0));
    }
    assertThat(story.state.phase()).isEqualTo(State.OPEN);
  }

  @Test
  void launchesAreSpacedWhileEarlyDeathsGoOn() {
    Story story = new Story(1);
    story.submit(1, 1, 1, FAIL);
    story.died(1, Cause.START_FAILED);
    assertThat(story.did(Effect.LaunchWorker.class)).isEmpty();
    story.pass(Duration.ofMillis(10).toNanos() - 1);
    assertThat(story.did(Effect.LaunchWorker.class)).isEmpty();
    story.pass(Duration.ofMillis(10).toNanos() + 1);
    assertThat(story.did(Effect.LaunchWorker.class)).hasSize(1);
    story.died(2, Cause.START_FAILED);
    story.pass(Duration.ofMillis(20).toNanos() - 1);
    assertThat(story.did(Effect.LaunchWorker.class)).isEmpty();
    story.pass(Duration.ofMillis(20).toNanos() + 1);
    assertThat(story.did(Effect.LaunchWorker.class)).hasSize(1);
  }

  @Test
  void aLateDeathIsReplacedAtOnce() {
    Story story = Story.withReadyWorkers(1);
    story.submit(1, 2, 1, SKIP);
    story.died(1, Cause.SIGKILL, begun(1, 0));
    assertThat(story.didOne(Effect.LaunchWorker.class).worker()).isEqualTo(2);
  }

  @Test
  void oneDeathMoreThanTheLimitAllowsAtTheVeryEndOfThePeriodBreaksThePool() {
    Story story = new Story(1);
    story.submit(1, 1, 1, FAIL);
    story.died(1, Cause.START_FAILED);
    story.pass(SECOND);
    story.died(2, Cause.START_FAILED);
    story.pass(SECOND);
    story.now += Story.PERIOD.toNanos() - 2 * SECOND;
    story.died(3, Cause.START_FAILED);
    assertThat(story.endings()).hasSize(1);
  }

  @Test
  void whatBreaksAPoolIsToldOnce() {
    Story story = new Story(3);
    story.submit(1, 3, 1, FAIL);
    for (int worker = 1; worker <= Story.EARLY_DEATHS; worker++) {
      story.died(worker, Cause.START_FAILED);
    }
    List<PoolEvent> told = story.did(Effect.Tell.class).stream().map(Effect.Tell::event).toList();
    assertThat(told).hasAtLeastOneElementOfType(PoolEvent.PoolBroken.class);
    Story stopped = new Story(4);
    stopped.submit(1, 4, 1, FAIL);
    stopped.on(new Event.StopAsked());
    for (int worker = 1; worker <= Story.EARLY_DEATHS; worker++) {
      stopped.died(worker, Cause.START_FAILED);
    }
    assertThat(stopped.did(Effect.Tell.class)).hasSize(1);
  }

  @Test
  void aWorkerThatWasSeenToHaveBegunIsNoEarlyDeathEvenIfItsPageIsLost() {
    Story story = Story.withReadyWorkers(1);
    for (int worker = 1; worker <= Story.EARLY_DEATHS; worker++) {
      story.submit(worker, 1, 1, FAIL);
      if (worker > 1) {
        story.ready(worker);
      }
      Revocation seen =
          worker == 1 ? new Revocation.InTime(true, story.now) : new Revocation.Stopped(0);
      story.on(new Event.TaskAbandoned(worker));
      story.answered(worker, worker, Why.ABANDONED, seen);
      story.diedUnseen(worker, Cause.SIGKILL);
    }
    assertThat(story.state.phase()).isEqualTo(State.OPEN);
  }

  @Test
  void afterAResultEarlyDeathsBeginANewRow() {
    Story story = new Story(1);
    story.submit(1, 2, 1, SKIP);
    story.died(1, Cause.START_FAILED);
    story.pass(Duration.ofMillis(20).toNanos());
    story.ready(2);
    story.returned(2, 1, 0);
    story.died(2, Cause.SIGKILL, begun(2, 1));
    story.submit(2, 1, 1, SKIP);
    story.died(3, Cause.START_FAILED);
    story.pass(Duration.ofMillis(20).toNanos());
    assertThat(story.didOne(Effect.LaunchWorker.class).worker()).isEqualTo(4);
  }
}
