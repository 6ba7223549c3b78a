package dev.outlive.internal.pool;

import dev.outlive.spi.KillReason;
import dev.outlive.spi.WorkerSize;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How many workers there are: who is launched, and who leaves; part of {@link PoolState}, and as
 * pure.
 *
 * <p>A worker that is ready beyond those wanted is a spare, or the successor of one that will soon
 * have had all its items, or that holds too much memory: it is there before the other leaves.
 * Workers of a size of their own are launched for who wants them, and do not count here.
 */
final class Staffing {
  private final PoolRules rules;
  private final Crew crew;
  private final WorkQueue queue;
  private final Map<Integer, Seat> seats;
  private final RestartGuard restarts;
  private final Pace pace;
  private int lastWorker;

  /** How many workers there are beyond those wanted; negative: how many are missing. */
  private int surplus;

  /** How many of all that are ready are more than those wanted. */
  private int readySurplus;

  /** Who that has nothing to do stays, since something waits that it will have. */
  private @Nullable Seat kept;

  /** Workers with no more items left to them than this have successors, and do not count. */
  private int lead;

  Staffing(
      PoolRules rules,
      WorkQueue queue,
      Map<Integer, Seat> seats,
      RestartGuard restarts,
      Pace pace) {
    this.rules = rules;
    this.crew = rules.crew();
    this.queue = queue;
    this.seats = seats;
    this.restarts = restarts;
    this.pace = pace;
  }

  /**
   * Starts the workers that are missing, and lets go who is not wanted.
   *
   * @param least how many are wanted even without work
   * @param spares how many are wanted beyond those at work
   * @param most how many more may be put to work at what waits in the queue
   * @param stays who that has nothing to do is to stay in any case; null: nobody
   * @param leaves who is to leave in any case
   */
  void adjust(
      Turn turn, int least, int spares, int most, @Nullable Seat stays, Predicate<Seat> leaves) {
    kept = stays;
    count(least, spares, most);
    for (; surplus < 0 && restarts.mayLaunch(turn.now()); surplus++) {
      launch(WorkerSize.USUAL, turn);
    }
    letGo(turn, leaves);
  }

  /** Counts what waits in the queue and behind other work as work for further workers. */
  private void count(int least, int spares, int most) {
    lead = pace.lead(crew.recycleAfter());
    int alive = 0;
    int ready = 0;
    int busy = 0;
    int others = 0; // at work, and no place is left for them to be counted in
    int replaced = 0;
    int needed = Math.min(most, queue.chunks(crew.most(), crew.recycleAfter()));
    for (Seat seat : seats.values()) {
      boolean stays = stays(seat);
      alive += seat.alive() && stays ? 1 : 0;
      ready += seat.up() && seat.usual() ? 1 : 0;
      busy += seat.busy() && stays ? 1 : 0;
      others += seat.busy() && !seat.usual() ? 1 : 0;
      replaced += seat.up() && seat.usual() && seat.grown ? 1 : 0;
      needed += Math.min(seat.waiting(), Math.max(1, most));
    }
    int places = Math.max(0, crew.most() - others);
    int wanted = Math.max(least, Math.min(places, busy + needed + replaced));
    surplus = alive - (wanted == 0 ? 0 : wanted + spares);
    readySurplus = ready - Math.max(least, Math.min(crew.most(), busy + needed + replaced));
  }

  /** Whether it will be here for long enough to count. */
  private boolean stays(Seat seat) {
    return seat.usual() && !seat.grown && seat.quota(crew.recycleAfter()) > lead;
  }

  /** Starts a worker. */
  void launch(WorkerSize size, Turn turn) {
    Seat seat = new Seat(++lastWorker, size, turn.now());
    seat.killLater(turn.now() + rules.startNanos(), KillReason.START_TIMEOUT);
    seats.put(seat.worker, seat);
    turn.emit(new Effect.LaunchWorker(seat.worker, size));
  }

  /** Whether workers are missing that could not be launched at once. */
  boolean wantsWorkers() {
    return surplus < 0;
  }

  /**
   * Who has had all its items leaves, who holds too much once another is ready, and who has had
   * nothing to do for too long.
   */
  private void letGo(Turn turn, Predicate<Seat> leaves) {
    for (Seat seat : seats.values()) {
      if (seat.idle()) {
        seat.idleSince = Math.min(seat.idleSince, turn.now());
        boolean replaced = seat.grown && readySurplus > 0;
        boolean bored = superfluous(seat) && turn.now() >= idleUntil(seat);
        boolean done = seat.quota(crew.recycleAfter()) <= 0;
        if (done || replaced || bored || leaves.test(seat)) {
          surplus -= stays(seat) ? 1 : 0;
          readySurplus -= seat.usual() ? 1 : 0;
          seat.dismiss(turn.now(), rules.graceNanos(), turn.out());
        }
      }
    }
  }

  /** When a worker will have had nothing to do for too long. */
  long nextLeave() {
    long next = Long.MAX_VALUE;
    for (Seat seat : seats.values()) {
      next = seat.idle() && superfluous(seat) ? Math.min(next, idleUntil(seat)) : next;
    }
    return next;
  }

  private boolean superfluous(Seat seat) {
    return seat.usual() && seat != kept && surplus > (stays(seat) ? 0 : -1);
  }

  private long idleUntil(Seat seat) {
    boolean ends = crew.shrinks() && seat.idleSince != Long.MAX_VALUE;
    return ends ? seat.idleSince + crew.idleNanos() : Long.MAX_VALUE;
  }
}
