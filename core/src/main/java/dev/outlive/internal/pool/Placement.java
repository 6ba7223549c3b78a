package dev.outlive.internal.pool;

import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.internal.pool.Job.Piece;
import dev.outlive.spi.KillReason;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Brings waiting work and workers together: part of {@link PoolState}, and as pure.
 *
 * <p>No more than {@code crew.most} are at work at a time. A worker that is ready beyond that is a
 * spare, or the successor of one that will soon have had all its items: it is there before the
 * other leaves.
 */
final class Placement {
  /** How many deliveries a worker may have: the one it runs and the one it will run next. */
  private static final int DEPTH = 2;

  private final PoolRules rules;
  private final Crew crew;
  private final WorkQueue queue;
  private final Map<Integer, Seat> seats;
  private final RestartGuard restarts;
  private final Pace pace;
  private int lastWorker;
  private long lastDelivery;

  /** How many workers there are beyond those wanted; negative: how many are missing. */
  private int surplus;

  /** Workers with no more items left to them than this have successors, and do not count. */
  private int lead;

  Placement(
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
   * Gives out work, starts workers and lets them go.
   *
   * @param least how many workers are wanted even without work
   * @param spares how many are wanted beyond those at work
   */
  void place(Turn turn, int least, int spares) {
    if (recallForIdle(turn)) {
      return; // the answer comes next, and what comes back was there before what waits
    }
    int free = freePlaces();
    for (Seat seat : seats.values()) {
      if (free > 0 && seat.idle() && mayHaveMore(seat) && !queue.isEmpty()) {
        deliver(seat, turn);
        free--;
      }
    }
    for (Seat seat : seats.values()) {
      if (seat.takesMore(DEPTH) && mayHaveMore(seat) && !queue.isEmpty()) {
        deliver(seat, turn);
      }
    }
    surplus = surplus(least, spares);
    launchMissing(turn);
    letGo(turn);
  }

  private int freePlaces() {
    return crew.most() - count(Seat::busy);
  }

  private int count(Predicate<Seat> which) {
    int count = 0;
    for (Seat seat : seats.values()) {
      count += which.test(seat) ? 1 : 0;
    }
    return count;
  }

  private boolean mayHaveMore(Seat seat) {
    return seat.quota(crew.recycleAfter()) > 0;
  }

  private void deliver(Seat seat, Turn turn) {
    Piece piece = queue.takeChunk(seat.quota(crew.recycleAfter()));
    Delivery delivery = seat.take(++lastDelivery, piece);
    seat.watch(turn, rules.pickUpNanos());
    turn.emit(
        new Effect.Deliver(
            seat.worker,
            delivery.slot,
            delivery.number,
            piece.job().id,
            piece.from(),
            piece.to(),
            piece.history().attempt()));
  }

  // ---- how many there are

  /** Counts what waits in the queue and behind other work as work for further workers. */
  private int surplus(int least, int spares) {
    lead = pace.lead(crew.recycleAfter());
    int alive = 0;
    int busy = 0;
    int needed = queue.chunks(crew.most(), crew.recycleAfter());
    for (Seat seat : seats.values()) {
      boolean stays = stays(seat);
      alive += seat.alive() && stays ? 1 : 0;
      busy += seat.busy() && stays ? 1 : 0;
      needed += seat.hasWaiting() ? 1 : 0;
    }
    int wanted = Math.max(least, Math.min(crew.most(), busy + needed));
    return alive - (wanted == 0 ? 0 : wanted + spares);
  }

  private boolean stays(Seat seat) {
    return seat.quota(crew.recycleAfter()) > lead;
  }

  private void launchMissing(Turn turn) {
    if (restarts.mayLaunch(turn.now())) {
      for (; surplus < 0; surplus++) {
        Seat seat = new Seat(++lastWorker, turn.now());
        seat.killLater(turn.now() + rules.startNanos(), KillReason.START_TIMEOUT);
        seats.put(seat.worker, seat);
        turn.emit(new Effect.LaunchWorker(seat.worker));
      }
    }
  }

  /** Whether workers are missing that could not be launched at once. */
  boolean wantsWorkers() {
    return surplus < 0;
  }

  /** Who has had all its items leaves, and who has had nothing to do for too long. */
  private void letGo(Turn turn) {
    for (Seat seat : seats.values()) {
      if (seat.idle()) {
        seat.idleSince = Math.min(seat.idleSince, turn.now());
        if (!mayHaveMore(seat) || (superfluous(seat) && turn.now() >= idleUntil(seat))) {
          surplus -= stays(seat) ? 1 : 0;
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
    return surplus > (stays(seat) ? 0 : -1);
  }

  private long idleUntil(Seat seat) {
    boolean ends = crew.shrinks() && seat.idleSince != Long.MAX_VALUE;
    return ends ? seat.idleSince + crew.idleNanos() : Long.MAX_VALUE;
  }

  /**
   * Where a worker has nothing to do while another has work that it has not come to. Returns
   * whether any is asked back.
   */
  private boolean recallForIdle(Turn turn) {
    boolean any = false;
    int idle = Math.min(freePlaces(), count(seat -> seat.idle() && mayHaveMore(seat)));
    for (Seat seat : seats.values()) {
      Delivery spare = seat.spareWork();
      if (idle > 0 && seat.up() && spare != null) {
        idle--;
        seat.ask(spare, Why.RECALLED, 0, turn.out());
        any = true;
      }
    }
    return any;
  }
}
