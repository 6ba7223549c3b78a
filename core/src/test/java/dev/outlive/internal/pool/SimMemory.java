package dev.outlive.internal.pool;

import static dev.outlive.internal.pool.Script.MILLI;
import static dev.outlive.internal.pool.Script.SECOND;

import dev.outlive.failure.Cause;
import dev.outlive.spi.MemoryView;
import java.util.Collection;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The memory of a simulated machine: what others hold, which comes and goes, what workers hold, and
 * who looks at it as a backend would, late but in order. None of that keeps a history going by
 * itself.
 */
final class SimMemory {
  private static final long SELDOM = SECOND;
  private static final long OFTEN = SECOND / 10;

  /** Where nothing else goes on, nobody looks for longer than this. */
  private static final int MOST_LOOKS_IN_A_ROW = 120;

  private static final long BALLAST_UNTIL = 6 * SECOND;

  private final World world;
  private final MemoryPlan plan;
  private final SplittableRandom random;
  private final Collection<SimWorker> workers;

  /** What others hold. */
  private long ballast;

  private boolean closely;
  private long looks;
  private int inARow;
  private long toldUntil;

  SimMemory(World world, SplittableRandom random, Collection<SimWorker> workers) {
    this.world = world;
    this.plan = world.script.memory();
    this.random = random;
    this.workers = workers;
  }

  void begin() {
    if (!plan.matters) {
      return;
    }
    int changes = random.nextInt(8);
    for (int i = 0; i < changes; i++) {
      long bytes = plan.totalBytes / 100 * random.nextInt(101);
      ballastAt(random.nextLong(BALLAST_UNTIL), bytes);
    }
    if (random.nextInt(4) > 0) {
      ballastAt(BALLAST_UNTIL, plan.totalBytes / 100 * random.nextInt(30));
    }
    lookIn(random.nextLong(SELDOM));
  }

  private void ballastAt(long delay, long bytes) {
    world.agenda.aside(
        world.agenda.now() + delay,
        () -> {
          ballast = bytes;
          maybeKill();
        });
  }

  /** The kernel kills the largest when nothing is left. */
  private void maybeKill() {
    if (world.regime.deaths() && free(plan.totalBytes - ballast) == 0 && random.nextBoolean()) {
      workers.stream()
          .filter(SimWorker::works)
          .max(Comparator.comparingLong(SimWorker::heldBytes))
          .ifPresent(worker -> worker.die(Cause.KERNEL_OOM));
    }
  }

  /** The pool asks for more views, or for fewer. */
  void watch(boolean often) {
    closely = often;
    if (often) {
      lookIn(random.nextLong(OFTEN));
    }
  }

  /** Something else has happened. */
  void goOn() {
    if (inARow >= MOST_LOOKS_IN_A_ROW) {
      inARow = 0;
      lookIn(random.nextLong(SELDOM));
    }
    inARow = 0;
  }

  private void lookIn(long delay) {
    long mine = ++looks;
    if (plan.matters && inARow++ < MOST_LOOKS_IN_A_ROW) {
      world.agenda.aside(
          world.agenda.now() + delay,
          () -> {
            if (mine == looks) {
              look();
              lookIn(closely ? random.nextLong(20 * MILLI, OFTEN) : random.nextLong(OFTEN, SELDOM));
            }
          });
    }
  }

  /** Looks, and has the pool told of it and of who has grown. */
  void look() {
    if (!plan.matters || !plan.seenAt(world.agenda.now())) {
      return;
    }
    MemoryView view = view();
    toldUntil = Math.max(toldUntil, world.agenda.now() + random.nextLong(World.LATENCY));
    world.agenda.at(toldUntil, () -> world.tell(new Event.MemorySeen(view), true));
    for (SimWorker worker : workers) {
      if (worker.restingBytes() > plan.grownBytes && !worker.dead && random.nextInt(3) > 0) {
        Event grown = new Event.WorkerGrown(worker.number, worker.heldBytes(), plan.grownBytes);
        world.agenda.at(toldUntil, () -> world.tell(grown, true));
      }
    }
  }

  private long free(long room) {
    return Math.max(0, room - workers.stream().mapToLong(SimWorker::heldBytes).sum());
  }

  private MemoryView view() {
    long ofMachine = free(plan.totalBytes - ballast);
    long ofGroup = free(plan.groupBytes);
    boolean group = plan.groupBytes < plan.totalBytes && ofGroup < ofMachine;
    long free = Math.min(ofGroup, ofMachine);
    TreeMap<Integer, Long> held = new TreeMap<>();
    for (SimWorker worker : workers) {
      if (!worker.dead && random.nextInt(10) > 0) {
        held.put(worker.number, worker.heldBytes());
      }
    }
    boolean crowded = free < plan.totalBytes / 20 || random.nextInt(20) == 0;
    return new MemoryView(
        world.agenda.now(),
        free,
        group ? plan.groupBytes : plan.totalBytes,
        group ? "a control group" : "the machine",
        crowded && random.nextBoolean() ? random.nextInt(60) : 0,
        plan.groupKill,
        held);
  }

  /** What is under way keeps its order over a pause. */
  void paused(long nanos) {
    toldUntil += nanos;
  }
}
