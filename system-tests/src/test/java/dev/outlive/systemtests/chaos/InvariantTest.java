package dev.outlive.systemtests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.failure.Cause;
import dev.outlive.systemtests.chaos.Evidence.Begun;
import dev.outlive.systemtests.chaos.Evidence.Blow;
import dev.outlive.systemtests.chaos.Evidence.DeathTold;
import dev.outlive.systemtests.chaos.Evidence.End;
import dev.outlive.systemtests.chaos.Evidence.Finished;
import dev.outlive.systemtests.chaos.Evidence.Loss;
import dev.outlive.systemtests.chaos.Evidence.Order;
import dev.outlive.systemtests.chaos.Evidence.Submitted;
import dev.outlive.systemtests.chaos.Evidence.Who;
import dev.outlive.systemtests.chaos.Invariant.Rules;
import dev.outlive.systemtests.chaos.Invariant.Violation;
import dev.outlive.task.TaskRecord.Ending;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Each invariant on ledgers that are written here: two tasks, the first of which has lost a try.
 */
class InvariantTest {
  private static final Rules RULES = new Rules(2, 1_000, true, 100);
  private static final Who VICTIM = new Who(1, 100);
  private static final Who OTHER = new Who(2, 101);
  private static final int SIZE = 10;

  private final Evidence evidence = Evidence.empty();

  @BeforeEach
  void writeDownWhatIsRight() {
    for (int task = 0; task < 2; task++) {
      evidence.submitted().put(task, new Submitted(task, SIZE, 0));
    }
    evidence.begun().add(new Begun(0, 1, VICTIM, 10));
    evidence.blows().add(new Blow(Kind.BUSY, VICTIM, 20));
    evidence.hits().add(new Blow(Kind.BUSY, VICTIM, 20));
    evidence.deaths().add(new DeathTold(VICTIM, Cause.SIGKILL, false, 30));
    losses(0).add(new Loss(1, VICTIM, Cause.SIGKILL));
    works(0, 2, 40);
    works(1, 1, 50);
  }

  private void works(int task, int attempt, long at) {
    evidence.begun().add(new Begun(task, attempt, OTHER, at));
    evidence.finished().add(new Finished(task, attempt, OTHER, at, due(task)));
    ends(task).add(returned(task, attempt, at + 5, due(task)));
  }

  private static String due(int task) {
    return StormTask.digest(StormTask.value(task, SIZE));
  }

  private static End returned(int task, int attempts, long at, String digest) {
    return new End(task, Ending.RETURNED, attempts, OTHER, at, Optional.empty(), digest);
  }

  private List<End> ends(int task) {
    return evidence.ends().computeIfAbsent(task, _ -> new ArrayList<>());
  }

  private List<Loss> losses(int task) {
    return evidence.losses().computeIfAbsent(task, _ -> new ArrayList<>());
  }

  private void breaks(Invariant invariant, String words) {
    assertThat(Invariant.check(evidence, RULES))
        .extracting(Violation::invariant)
        .isNotEmpty()
        .containsOnly(invariant);
    assertThat(Invariant.check(evidence, RULES).toString()).contains(words);
  }

  @Test
  void whatIsRightBreaksNothing() {
    assertThat(Invariant.check(evidence, RULES)).isEmpty();
  }

  @Test
  void noEnd() {
    ends(1).clear();
    breaks(Invariant.ONE_RIGHT_END, "task 1 has ended 0 times");
  }

  @Test
  void twoEnds() {
    ends(1).add(ends(1).getFirst());
    breaks(Invariant.ONE_RIGHT_END, "task 1 has ended 2 times");
  }

  @Test
  void anEndThatNobodyAskedFor() {
    evidence.submitted().remove(1);
    breaks(Invariant.ONE_RIGHT_END, "nobody submitted it");
  }

  @Test
  void anotherTasksResult() {
    ends(1).set(0, returned(1, 1, 55, due(0)));
    breaks(Invariant.ONE_RIGHT_END, "returned " + due(0) + ", due is " + due(1));
  }

  @Test
  void aResultThatNoAttemptHasMade() {
    evidence.finished().removeLast();
    breaks(Invariant.ONE_RIGHT_END, "no attempt says that it made");
  }

  @Test
  void aDeathThatNobodyInjected() {
    evidence.deaths().add(new DeathTold(OTHER, Cause.SIGKILL, false, 60));
    breaks(Invariant.NO_FAILURE_WITHOUT_CAUSE, "was [], told was DeathTold");
  }

  @Test
  void anotherCauseThanTheOneInjected() {
    losses(0).set(0, new Loss(1, VICTIM, Cause.KERNEL_OOM));
    breaks(Invariant.NO_FAILURE_WITHOUT_CAUSE, "was [SIGKILL], told was Loss");
  }

  @Test
  void anEndOfAKindThatNobodyInjected() {
    ends(1).set(0, new End(1, Ending.CANCELLED, 1, OTHER, 55, Optional.empty(), "-"));
    breaks(Invariant.NO_FAILURE_WITHOUT_CAUSE, "nobody injected such an end");
  }

  @Test
  void aTaskThatWasToldToHaltMayHaveHalted() {
    evidence.orders().put(0, new Order(Kind.HALT, 1));
    evidence.deaths().add(new DeathTold(VICTIM, Cause.HALT, false, 30));
    assertThat(Invariant.check(evidence, RULES)).isEmpty();
    evidence.deaths().add(new DeathTold(OTHER, Cause.HALT, false, 30));
    breaks(Invariant.NO_FAILURE_WITHOUT_CAUSE, "HALT");
  }

  @Test
  void anAttemptThatIsMadeTwice() {
    evidence.begun().add(new Begun(1, 1, VICTIM, 45));
    breaks(Invariant.ATTEMPTS_WITHIN_POLICY, "has begun an attempt twice");
  }

  @Test
  void anAttemptThatTheCallerDoesNotKnow() {
    evidence.begun().add(new Begun(1, 2, VICTIM, 60));
    breaks(Invariant.ATTEMPTS_WITHIN_POLICY, "does not know of Begun[task=1, attempt=2");
  }

  @Test
  void givenUpTooEarly() {
    ends(1).set(0, new End(1, Ending.DIED, 1, VICTIM, 55, Optional.of(Cause.SIGKILL), "-"));
    losses(1).add(new Loss(1, VICTIM, Cause.SIGKILL));
    evidence.begun().removeLast();
    evidence.begun().add(new Begun(1, 1, VICTIM, 45));
    breaks(Invariant.ATTEMPTS_WITHIN_POLICY, "given up before attempt 2");
  }

  @Test
  void aVictimOfWhomNobodyHears() {
    evidence.deaths().clear();
    breaks(Invariant.NO_VICTIM_UNTOLD, "nobody was told of the end of Blow[kind=BUSY");
  }

  @Test
  void aGapWhileTasksWait() {
    works(2, 1, 3_000);
    evidence.submitted().put(2, new Submitted(2, SIZE, 60));
    breaks(Invariant.NO_GAP, "nothing has ended, though tasks waited");
  }

  @Test
  void aResultThatIsToldLate() {
    ends(1).set(0, returned(1, 1, 1_051, due(1)));
    evidence.submitted().put(2, new Submitted(2, SIZE, 60));
    works(2, 1, 600);
    breaks(Invariant.NO_GAP, "1001 ms from Finished[task=1");
  }

  @Test
  void somethingIsLeft() {
    evidence.left().add("process 4711 sleep 600");
    breaks(Invariant.NOTHING_LEFT, "sleep 600");
  }

  @Test
  void workAfterTheParentsEnd() {
    evidence.hits().add(new Blow(Kind.PARENT_KILL, new Who(0, 99), 20));
    assertThat(Invariant.check(evidence, RULES)).isEmpty();
    evidence.hits().add(new Blow(Kind.PARENT_KILL, new Who(0, 99), -100));
    breaks(Invariant.NOTHING_LEFT, "ms after the kill: Begun");
  }

  @Test
  void aLineThatRisesIsNotFlat() {
    for (Flatness.Measure measure : Flatness.Measure.values()) {
      Flatness flat = new Flatness();
      Flatness rising = new Flatness();
      for (int i = 0; i < 20; i++) {
        double noise = i % 3 * measure.limit / 10;
        flat.add(look(measure, 50 + noise));
        rising.add(look(measure, 50 + noise + i * measure.limit / 10));
      }
      assertThat(flat.broken()).isEmpty();
      assertThat(rising.broken()).hasSize(1);
      assertThat(rising.broken().getFirst().what()).startsWith(measure + " rises by ");
    }
  }

  private static Flatness.Look look(Flatness.Measure measure, double value) {
    return switch (measure) {
      case HEAP_MIB -> new Flatness.Look(value, 0, 0, 0);
      case RESIDENT_MIB -> new Flatness.Look(0, value, 0, 0);
      case DESCRIPTORS -> new Flatness.Look(0, 0, value, 0);
      case THREADS -> new Flatness.Look(0, 0, 0, value);
    };
  }
}
