package dev.outlive.bench.speed;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What a contender can be asked to measure in one process, from when to when, and how much of it.
 */
enum Measurement {
  NOOP(
      "us a task",
      "All tasks are submitted, then all results fetched, in a warm pool; from the first submit to"
          + " the last result, divided by the tasks. “Map, one a chunk” hands in the same number of"
          + " inputs with a chunk size of one, so that each travels by itself; “map” leaves the"
          + " chunks to the pool.",
      10_000,
      2_000,
      3,
      Who.POOLS),
  ROUND_TRIP(
      "us",
      "One no-op task at a time in a warm pool: from submit to the result in the caller's hands."
          + " The machine: 64 bytes through two pipes and back, or a futex word, between two"
          + " processes.",
      5_000,
      500,
      1,
      Who.ALL),
  MAP(
      "ms",
      "n + 1 for each of a million integers that are in a list: from the call of map until the"
          + " results, a list, are added up. “First” is the first map of a fresh pool, “default”"
          + " those after it, “best chunk” the best of a 4th, 8th, 32nd and 128th of the inputs."
          + " ProcessPoolExecutor, pebble and joblib send small batches by default: they were given"
          + " a 50th of the inputs, and the time is scaled.",
      1_000_000,
      50_000,
      3,
      Who.POOLS),
  ARRAY_IN(
      "ms",
      "An array of 12.5 million doubles (100 MB; numpy's in Python), each time another, that a task"
          + " returns the last element of: from submit to result, in a warm pool. joblib: its"
          + " automatic memory mapping. The machine: memcpy.",
      12_500_000,
      1_250_000,
      3,
      Who.ALL),
  ARRAY_OUT(
      "ms",
      "A task returns such an array, which its worker has had from before: from submit to the array"
          + " in the caller's hands. One worker, so that it is the same each time.",
      12_500_000,
      1_250_000,
      3,
      Who.POOLS),
  KILL(
      "ms",
      "kill -9 of a worker in the midst of a task, which has used no processor time for a third of"
          + " a second. From just before kill(2) to: the event WorkerDying (“notice”), the"
          + " exception out of the future's get (“failure”). “After the exit” is from when"
          + " ProcessHandle.onExit ran in the same program. The machine: until waitpid(2) returns.",
      0,
      0,
      5,
      Who.ALL),
  KILL_LARGE(
      "ms",
      "The same with a worker that holds 1 GB, resident.",
      1_000_000_000,
      200_000_000,
      3,
      Who.ALL),
  RERUN(
      "ms",
      "kill -9 of a worker in the midst of a task: from just before kill(2) to the first line of"
          + " that task's second attempt. Outlive: retry policy, two workers and a warm spare, both"
          + " as still as said above. No peer tries again: there the caller submits the task again"
          + " as soon as it has the failure, to a new pool where the old is broken.",
      0,
      0,
      5,
      Who.SURVIVORS),
  WORKER_READY(
      "ms",
      "One worker. Outlive: from the submit of the first task to a pool of one, which has no worker"
          + " then, to the event WorkerReady; its JVM has the AOT cache that an idle pool makes, as"
          + " in all measurements but for “without”. Python: multiprocessing.Process from before"
          + " start() to its first message. The machine: a JVM with the worker's flags, from fork"
          + " to its first byte.",
      0,
      0,
      5,
      Who.NOT_POOLS),
  POOL_START(
      "ms",
      "From before the pool is made to the first result of a no-op. “First” in its program, whose"
          + " classes are not loaded yet; “again” the pools after it.",
      0,
      0,
      5,
      Who.POOLS),
  COUNTER(
      "ns an operation",
      "Two processes at once: lock, add one to a shared long, unlock; from the signal to both,"
          + " until both are done, divided by all operations. Outlive: SharedLong and its mutex;"
          + " Python: multiprocessing.Value and its lock. The machine: a robust mutex of pthreads."
          + " A manager's lock takes four calls to its server.",
      200_000,
      20_000,
      5,
      Who.NOT_POOLS),
  MANAGER(
      "us",
      "One call after the other of one thread on objects of a manager: Outlive's Manager, Python's"
          + " multiprocessing.Manager.",
      2_000,
      300,
      5,
      Who.NOT_POOLS),
  MEMORY(
      "MiB",
      "Proportional set size of each idle worker; workers that are forked share their parent's"
          + " pages. “Ready” is a spare that has had no task yet.",
      0,
      0,
      1,
      Who.POOLS);

  private final String unit;
  private final String timed;
  private final int units;
  private final int quickUnits;
  private final int rounds;
  private final Who who;

  Measurement(String unit, String timed, int units, int quickUnits, int rounds, Who who) {
    this.unit = unit;
    this.timed = timed;
    this.units = units;
    this.quickUnits = quickUnits;
    this.rounds = rounds;
    this.who = who;
  }

  /** The name by which contenders and the command line know it. */
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Measurement> of(String id) {
    return Arrays.stream(values()).filter(one -> one.id().equals(id)).findFirst();
  }

  String unit() {
    return unit;
  }

  /** What was timed, from when to when. */
  String timed() {
    return timed;
  }

  int units(boolean quick) {
    return quick ? quickUnits : units;
  }

  int rounds(boolean quick) {
    return quick ? Math.min(rounds, 2) : rounds;
  }

  boolean has(Contender contender) {
    return who.includes(contender);
  }

  /** Who can be asked. */
  private enum Who {
    /** Every pool, and the machine. */
    ALL,
    POOLS,
    /** Pools that tell of a death soon, so that a caller can go on. */
    SURVIVORS,
    /** What multiprocessing has beside its Pool, for which that stands here; and the machine. */
    NOT_POOLS;

    boolean includes(Contender contender) {
      return switch (this) {
        case ALL -> true;
        case POOLS -> contender != Contender.LIMITS;
        case SURVIVORS ->
            contender != Contender.LIMITS
                && contender != Contender.POOL
                && contender != Contender.BILLIARD;
        case NOT_POOLS ->
            contender.isOutlive() || contender == Contender.POOL || contender == Contender.LIMITS;
      };
    }
  }
}
