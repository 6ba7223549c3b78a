package dev.outlive.systemtests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.monitor.PoolSnapshot.WorkerState;
import dev.outlive.systemtests.Await;
import dev.outlive.systemtests.chaos.Invariant.Rules;
import dev.outlive.systemtests.chaos.Invariant.Violation;
import dev.outlive.systemtests.chaos.Plan.Load;
import dev.outlive.systemtests.chaos.Plan.Strikes;
import dev.outlive.testkit.NoLeaks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Negative controls: small storms in which the caller is lied to, or something is leaked or done
 * behind the injector's back. The invariant that is meant to notice does, and no other. Budget: 40
 * s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class ControlTest {
  private static final Plan PLAN =
      Plan.of(1, 1, new Load(2, 16, 0, 3_000, 1), new Strikes(0, 0, 0, 2, List.of(Kind.HALT)));

  /** A machine that has other things to do must not look like a fault of the pool. */
  private static final Rules PATIENT = new Rules(1, 60_000, true, 0);

  private static final Rules HURRIED = new Rules(1, Fault.DELAY_MILLIS - 500, true, 0);
  private static final int ROUNDS = 8;

  @TempDir private Path directory;

  private List<Violation> storm(Plan plan, Fault.Type fault, Disturbance... disturbances)
      throws Exception {
    return storm(PATIENT, plan, fault, disturbances);
  }

  private List<Violation> storm(
      Rules rules, Plan plan, Fault.Type fault, Disturbance... disturbances) throws Exception {
    Books books = Books.in(directory.resolve("round"));
    Storm.round(plan, List.of(disturbances), 5, books, fault);
    List<Violation> violations = Invariant.check(Evidence.of(books), rules);
    Run.delete(books.directory());
    return violations;
  }

  private static Set<Invariant> broken(List<Violation> violations) {
    Set<Invariant> broken = EnumSet.noneOf(Invariant.class);
    violations.forEach(violation -> broken.add(violation.invariant()));
    return broken;
  }

  private void assertBreaks(Fault.Type fault, Invariant invariant, String words) throws Exception {
    List<Violation> violations = storm(PLAN, fault);
    assertThat(broken(violations)).containsExactly(invariant);
    assertThat(violations.toString()).contains(words);
  }

  @Test
  void withoutAFaultNothingIsBroken() throws Exception {
    assertThat(storm(PLAN, Fault.Type.NONE)).isEmpty();
  }

  @Test
  void aDroppedResultIsMissed() throws Exception {
    assertBreaks(Fault.Type.DROP, Invariant.ONE_RIGHT_END, "task 7 has ended 0 times");
  }

  @Test
  void aDoubledResultIsCounted() throws Exception {
    assertBreaks(Fault.Type.DOUBLE, Invariant.ONE_RIGHT_END, "task 7 has ended 2 times");
  }

  @Test
  void swappedResultsAreNotTheOnesDue() throws Exception {
    assertBreaks(Fault.Type.SWAP, Invariant.ONE_RIGHT_END, ", due is ");
  }

  @Test
  void aDelayedResultIsLate() throws Exception {
    List<Violation> violations = storm(HURRIED, PLAN, Fault.Type.DELAY);
    assertThat(broken(violations)).containsExactly(Invariant.NO_GAP);
    assertThat(violations.toString()).contains(" ms from Finished[task=7");
  }

  @Test
  void aProcessThatIsLeftIsSeen() throws Exception {
    try {
      List<Violation> violations = storm(PLAN, Fault.Type.LEAK_PROCESS);
      assertThat(broken(violations)).containsExactly(Invariant.NOTHING_LEFT);
      assertThat(violations.toString()).contains("sleep 600");
    } finally {
      Fault.cleanUp();
    }
  }

  @Test
  void aDescriptorThatIsLeftIsSeen() throws Exception {
    try {
      List<Violation> violations = storm(PLAN, Fault.Type.LEAK_DESCRIPTOR);
      assertThat(broken(violations)).containsExactly(Invariant.NOTHING_LEFT);
      assertThat(violations.toString()).contains("descriptor of ").contains("leaked");
    } finally {
      Fault.cleanUp();
    }
  }

  /** A mebibyte a round: after eight rounds that is more than the limit. */
  @Test
  void memoryThatIsLeftLeavesNoFlatLine() throws Exception {
    Plan tiny = Plan.of(ROUNDS, 1, new Load(1, 8, 0, 1_000, 1), new Strikes(0, 0, 0, 0, List.of()));
    Flatness leaking = new Flatness();
    try {
      for (int round = 0; round < ROUNDS; round++) {
        assertThat(storm(tiny, Fault.Type.LEAK_MEMORY)).isEmpty();
        leaking.look();
      }
    } finally {
      Fault.cleanUp();
    }
    assertThat(broken(leaking.broken())).containsExactly(Invariant.FLAT);
    assertThat(leaking.broken().toString()).contains("HEAP_MIB rises by ");
  }

  /** What an honest pool looks like to an injector who has not written down what he did. */
  @Test
  void aKillThatNobodyHasWrittenDownIsAFailureWithoutCause() throws Exception {
    Plan plan = Plan.of(1, 1, new Load(1, 8, 0, 50_000, 1), new Strikes(0, 0, 0, 0, List.of()));
    List<Violation> violations = storm(plan, Fault.Type.NONE, ControlTest::killSecretly);
    assertThat(broken(violations)).containsExactly(Invariant.NO_FAILURE_WITHOUT_CAUSE);
    assertThat(violations.toString()).contains(" was [], told was ").contains("SIGKILL");
  }

  private static void killSecretly(Disturbance.Scene scene) {
    boolean killed = false;
    while (!killed && scene.goesOn().getAsBoolean()) {
      killed = kill(scene.pool());
    }
  }

  private static boolean kill(ProcessPool pool) {
    return pool.snapshot().workers().stream()
        .filter(worker -> worker.task().isPresent())
        .flatMapToLong(worker -> worker.pid().stream())
        .mapToObj(ProcessHandle::of)
        .anyMatch(handle -> handle.filter(ProcessHandle::destroyForcibly).isPresent());
  }

  /** The pool tries twice, and the policy that it is held against allows one attempt. */
  @Test
  void anAttemptTooManyIsCounted() throws Exception {
    Plan plan =
        Plan.of(1, 1, new Load(2, 8, 0, 3_000, 2), new Strikes(0, 0, 0, 1, List.of(Kind.HALT)));
    List<Violation> violations = storm(plan, Fault.Type.NONE);
    assertThat(broken(violations)).containsExactly(Invariant.ATTEMPTS_WITHIN_POLICY);
    assertThat(violations.toString()).contains("more than 1 attempts");
  }

  /** The watchdog itself: a worker that is stopped for longer than anything may stand still. */
  @Test
  void aStandstillIsAGap() throws Exception {
    Plan plan =
        Plan.of(1, 1, new Load(1, 64, 0, 50_000, 1), new Strikes(0, 0, 0, 0, List.of()))
            .within(Duration.ofSeconds(20), Duration.ofSeconds(30));
    List<Violation> violations =
        new ArrayList<>(storm(HURRIED, plan, Fault.Type.NONE, ControlTest::stopForAWhile));
    assertThat(broken(violations)).containsExactly(Invariant.NO_GAP);
    assertThat(violations.toString()).contains("nothing has ended, though tasks waited");
  }

  private static void stopForAWhile(Disturbance.Scene scene) throws Exception {
    Await.until("it is at work", () -> Await.workers(scene.pool(), WorkerState.BUSY) > 0);
    new Striker(scene.pool(), scene.injector())
        .stop(Kind.STOP, WorkerState.BUSY, Fault.DELAY_MILLIS * 1_000, scene.random());
  }
}
