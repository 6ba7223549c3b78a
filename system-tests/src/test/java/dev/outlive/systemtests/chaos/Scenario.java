package dev.outlive.systemtests.chaos;

import dev.outlive.systemtests.chaos.Plan.Load;
import dev.outlive.systemtests.chaos.Plan.Strikes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What is done to whom, and how much of it in the short and in the long form. */
enum Scenario {
  /** Workers killed while busy, idle, starting, half-way through a result; they crash and exit. */
  STORM(
      Plan.of(3, 1, new Load(3, 24, 4, 10_000, 1), new Strikes(2, 2, 2, 4, deadly())),
      Plan.of(26, 42, new Load(3, 24, 4, 10_000, 1), new Strikes(2, 2, 2, 4, deadly()))),

  /** The same, and each task has eight attempts. */
  RETRIES(
      Plan.of(1, 1, new Load(3, 24, 4, 10_000, 8), new Strikes(2, 1, 1, 4, deadly())),
      Plan.of(10, 16, new Load(3, 24, 4, 10_000, 8), new Strikes(2, 1, 1, 4, deadly()))),

  /** Workers are stopped and go on; some are stopped for good, and are then called frozen. */
  STOPS(
      Plan.of(1, 3, new Load(3, 40, 4, 20_000, 4), new Strikes(1, 0, 0, 0, List.of()))
          .within(Duration.ofSeconds(20), Duration.ofSeconds(2)),
      Plan.of(8, 20, new Load(3, 60, 4, 20_000, 4), new Strikes(1, 0, 0, 0, List.of()))
          .within(Duration.ofSeconds(20), Duration.ofSeconds(2))) {
    @Override
    List<Disturbance> disturbances() {
      return List.of(new Stops());
    }
  },

  /** Tasks leave children behind, and their workers die. */
  GRANDCHILDREN(
      Plan.of(1, 1, new Load(3, 20, 0, 10_000, 1), new Strikes(2, 1, 0, 8, childish())),
      Plan.of(10, 10, new Load(3, 20, 0, 10_000, 1), new Strikes(2, 1, 0, 8, childish()))),

  /** Tasks start processes without end, each in a control group of 90. */
  FORK_BOMB(
      Plan.of(1, 1, new Load(3, 20, 0, 10_000, 1), new Strikes(1, 0, 0, 2, List.of(Kind.BOMB))),
      Plan.of(6, 8, new Load(3, 20, 0, 10_000, 1), new Strikes(1, 0, 0, 2, List.of(Kind.BOMB)))) {
    @Override
    List<Disturbance> disturbances() throws IOException {
      return List.of(new Shelter());
    }
  },

  /** The processors have other things to do; nobody is called dead for that. */
  HOGS(
      Plan.of(1, 2, new Load(3, 24, 4, 10_000, 3), new Strikes(1, 1, 1, 1, deadly()))
          .within(Duration.ofSeconds(40), Duration.ofSeconds(2)),
      Plan.of(3, 10, new Load(3, 24, 4, 10_000, 3), new Strikes(1, 1, 1, 1, deadly()))
          .within(Duration.ofSeconds(40), Duration.ofSeconds(2))) {
    @Override
    List<Disturbance> disturbances() {
      return List.of(new Hogs());
    }
  },

  /** Pools are opened and closed. */
  POOLS(
      Plan.of(8, 1, new Load(1, 4, 0, 2_000, 2), new Strikes(0, 0, 0, 1, deadly())),
      Plan.of(500, 1, new Load(1, 4, 0, 2_000, 2), new Strikes(0, 0, 0, 1, deadly()))),

  /** The disk with the run directory is full for a while, again and again. */
  DISK_FULL(
      Plan.of(1, 2, new Load(3, 24, 4, 20_000, 5), new Strikes(1, 1, 1, 2, deadly())),
      Plan.of(4, 30, new Load(3, 24, 4, 20_000, 5), new Strikes(1, 1, 1, 2, deadly()))) {
    @Override
    List<Disturbance> disturbances() {
      return List.of(new Scarcity.OfDisk());
    }
  },

  /** The pool's process has no descriptor left for a while, again and again. */
  DESCRIPTORS(
      Plan.of(1, 2, new Load(3, 24, 4, 20_000, 5), new Strikes(1, 1, 1, 2, deadly())),
      Plan.of(3, 12, new Load(3, 24, 4, 20_000, 5), new Strikes(1, 1, 1, 2, deadly()))) {
    @Override
    List<Disturbance> disturbances() {
      return List.of(new Scarcity.OfDescriptors());
    }
  },

  /** Nobody of the pool can start a process or thread for a while, again and again. */
  PROCESSES(
      Plan.of(1, 2, new Load(3, 24, 4, 20_000, 5), new Strikes(1, 1, 1, 2, deadly())),
      Plan.of(4, 30, new Load(3, 24, 4, 20_000, 5), new Strikes(1, 1, 1, 2, deadly()))),

  /** The pool's process is stopped for a while: nothing is killed or fails for it. */
  PARENT_STOP(
      Plan.of(1, 3, new Load(3, 24, 4, 50_000, 1), Strikes.NONE)
          .within(Duration.ofSeconds(20), Duration.ofSeconds(1)),
      Plan.of(6, 40, new Load(3, 24, 4, 50_000, 1), Strikes.NONE)
          .within(Duration.ofSeconds(20), Duration.ofSeconds(1))),

  /** The pool's process is killed: nothing of it is left. */
  PARENT_KILL(
      Plan.of(2, 50, new Load(3, 24, 4, 20_000, 3), new Strikes(1, 1, 1, 4, childish())),
      Plan.of(60, 50, new Load(3, 24, 4, 20_000, 3), new Strikes(1, 1, 1, 4, childish())));

  private static final long AFTERLIFE_MILLIS = 3_000;

  @SuppressWarnings("ImmutableEnumChecker") // records of numbers
  private final Plan small;

  @SuppressWarnings("ImmutableEnumChecker")
  private final Plan large;

  Scenario(Plan small, Plan large) {
    this.small = small;
    this.large = large;
  }

  private static List<Kind> deadly() {
    return List.of(
        Kind.HALF_WAY,
        Kind.HALF_WAY,
        Kind.HALF_WAY,
        Kind.EXIT,
        Kind.EXIT,
        Kind.HALT,
        Kind.HALT,
        Kind.SEGV);
  }

  private static List<Kind> childish() {
    return List.of(Kind.CHILD, Kind.CHILD, Kind.HALT);
  }

  Plan plan(boolean whole) {
    return whole ? large : small;
  }

  /** What goes on beside each round, in the process of its pool. */
  List<Disturbance> disturbances() throws IOException {
    return List.of();
  }

  /** Whether the pool is in a program of its own, since that is what is harmed. */
  boolean inChild() {
    return switch (this) {
      case DISK_FULL, DESCRIPTORS, PROCESSES, PARENT_STOP, PARENT_KILL -> true;
      case STORM, RETRIES, STOPS, GRANDCHILDREN, FORK_BOMB, HOGS, POOLS -> false;
    };
  }

  Invariant.Rules rules(boolean whole) {
    Plan plan = plan(whole);
    return new Invariant.Rules(
        plan.load().attempts(),
        plan.limits().gap().toMillis(),
        this != PARENT_KILL,
        AFTERLIFE_MILLIS);
  }
}
