package dev.outlive.internal.pool;

import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.internal.pool.Job.Piece;
import dev.outlive.internal.pool.MemoryGuard.Start;
import dev.outlive.monitor.PoolEvent;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Brings waiting work and workers together: part of {@link PoolState}, and as pure.
 *
 * <p>No more than {@code crew.most} are at work at a time. Retries that want more than a free
 * worker come first. One that runs alone, or has waited for half of its time for memory, holds up
 * all others where that helps: what is at work ends, and what it held comes together. Long, as all
 * rules of who gets what, and gives it back, stand here.
 */
final class Placement {
  private final PoolRules rules;
  private final Crew crew;
  private final WorkQueue queue;
  private final Map<Integer, Seat> seats;
  private final RestartGuard restarts;
  private final MemoryGuard memory;
  private final Staffing staff;
  private final AtHand atHand;
  private long lastDelivery;

  /** What waits in the queue is not to be started now. */
  private boolean heldUp;

  /** Others wait for one that waits for memory. */
  private boolean waitsForView;

  /** Something waits for memory that workers hold which have nothing to do. */
  private boolean idleInTheWay;

  /** What workers held that have gone for it may not be seen yet: none is started without work. */
  private boolean memoryIsComing;

  /** A retry wants a worker that may not be launched yet. */
  private boolean lacksWorker;

  /** The one of those that stays, since what waits will have it. */
  private @Nullable Seat kept;

  Placement(
      PoolRules rules,
      WorkQueue queue,
      Map<Integer, Seat> seats,
      RestartGuard restarts,
      MemoryGuard memory,
      Staffing staff,
      AtHand atHand) {
    this.rules = rules;
    this.crew = rules.crew();
    this.queue = queue;
    this.seats = seats;
    this.restarts = restarts;
    this.memory = memory;
    this.staff = staff;
    this.atHand = atHand;
  }

  /**
   * Gives out work, starts workers and lets them go.
   *
   * @param least how many workers are wanted even without work
   * @param spares how many are wanted beyond those at work
   */
  void place(Turn turn, int least, int spares) {
    idleInTheWay = false;
    memoryIsComing = false;
    lacksWorker = false;
    waitsForView = false;
    kept = null;
    heldUp = placeReruns(turn);
    if (!turn.settled() || (!heldUp && (recallForIdle(turn) || recallHeldUp(turn)))) {
      return; // the answer comes next, and what comes back was there before what waits
    }
    if (!heldUp) {
      placeQueue(turn);
    }
    staff.adjust(
        turn,
        idleInTheWay || memoryIsComing ? 0 : least,
        idleInTheWay || memoryIsComing ? 0 : spares,
        places(),
        kept,
        seat -> seat.usual() ? idleInTheWay && seat != kept : !isAwaited(seat));
  }

  /** Whether workers are missing that could not be launched at once. */
  boolean wantsWorkers() {
    return lacksWorker || staff.wantsWorkers();
  }

  /** When others wait no longer for one that waits for memory. */
  long nextTime() {
    return waitsForView ? memory.staleAt() : Long.MAX_VALUE;
  }

  /** Whether anything cannot be started for want of memory. */
  boolean shortOfMemory() {
    return idleInTheWay || memory.low() || queue.reruns().stream().anyMatch(Rerun::looks);
  }

  // ---- what waits in the queue

  private void placeQueue(Turn turn) {
    for (boolean grown : new boolean[] {false, true}) {
      for (Seat seat : seats.values()) {
        if (seat.grown == grown && usable(seat) && freePlaces() > 0 && !queue.isEmpty()) {
          if (!mayStart(seat)) {
            return; // nor does anything behind it start, so it has its turn
          }
          deliver(seat, queue.takeChunk(seat.quota(crew.recycleAfter()), crew.most()), turn);
        }
      }
    }
    Seat next = leastAtHand(turn.now());
    while (next != null) {
      deliver(next, queue.takeChunk(next.quota(crew.recycleAfter()), crew.most()), turn);
      next = leastAtHand(turn.now());
    }
  }

  /** Who is to have the next delivery at hand: whoever has least of those that may have more. */
  private @Nullable Seat leastAtHand(long now) {
    Seat least = null;
    for (Seat seat : queue.isEmpty() ? List.<Seat>of() : seats.values()) {
      boolean less = least == null || seat.deliveries.size() < least.deliveries.size();
      if (less && takesMore(seat, now) && memory.mayWaitAt(seat, queue.peek())) {
        least = seat;
      }
    }
    return least;
  }

  private boolean mayStart(Seat seat) {
    Start answer = memory.start(seat, queue.peek());
    heldUp = answer != Start.NOW;
    if (answer == Start.WHEN_IDLE_ARE_GONE) {
      idleInTheWay = true;
      kept = seat;
    }
    return !heldUp;
  }

  private boolean takesMore(Seat seat, long now) {
    boolean lasts = seat.usual() && !seat.grown && mayHaveMore(seat);
    return lasts && atHand.wantsMore(seat, now);
  }

  private int freePlaces() {
    return crew.most() - count(Seat::busy);
  }

  /** How many more may be put to work at what waits in the queue. */
  private int places() {
    int oneAtATime = count(Seat::busy) == 0 ? 1 : 0;
    boolean grows = queue.isEmpty() || memory.mayGrow(queue.peek());
    return heldUp || !grows ? 0 : memory.low() ? oneAtATime : crew.most();
  }

  private int count(Predicate<Seat> which) {
    int count = 0;
    for (Seat seat : seats.values()) {
      count += which.test(seat) ? 1 : 0;
    }
    return count;
  }

  private boolean usable(Seat seat) {
    return seat.idle() && seat.usual() && mayHaveMore(seat);
  }

  private boolean mayHaveMore(Seat seat) {
    return seat.quota(crew.recycleAfter()) > 0;
  }

  private void deliver(Seat seat, Piece piece, Turn turn) {
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

  /**
   * Where a worker has nothing to do while another has work that it has not come to. Returns
   * whether any is asked back.
   */
  private boolean recallForIdle(Turn turn) {
    return recall(Math.min(freePlaces(), count(this::usable)), turn);
  }

  /**
   * What waits behind an item that takes long goes elsewhere, before what came later and waits for
   * anybody; and while memory is low nothing is to start beside others. Returns whether any is
   * asked back.
   */
  private boolean recallHeldUp(Turn turn) {
    boolean onlyOne = memory.low() && count(Seat::busy) > 1;
    boolean asked = false;
    for (Seat seat : onlyOne || !queue.isEmpty() ? seats.values() : List.<Seat>of()) {
      Delivery spare = seat.spareWork();
      if (spare != null && (onlyOne || AtHand.isHeldUp(seat, turn.now()))) {
        asked = true;
        seat.ask(spare, Why.RECALLED, 0, turn.out());
      }
    }
    return asked;
  }

  private boolean recall(int most, Turn turn) {
    int asked = 0;
    for (Seat seat : seats.values()) {
      Delivery spare = seat.spareWork();
      if (asked < most && seat.up() && spare != null) {
        asked++;
        seat.ask(spare, Why.RECALLED, 0, turn.out());
      }
    }
    return asked > 0;
  }

  // ---- retries that want more than a free worker

  /** Returns whether what waits in the queue is to wait for one of them. */
  private boolean placeReruns(Turn turn) {
    boolean held = count(Seat::runsAlone) > 0;
    for (Rerun rerun : List.copyOf(queue.reruns())) {
      held = held || place(rerun, turn);
    }
    return held;
  }

  /** Returns whether all others are to wait for it. */
  private boolean place(Rerun rerun, Turn turn) {
    boolean alone = rerun.terms().alone();
    if (rerun.looks() && !memory.isFree(rerun.bytes(), rerun.since)) {
      return isWaitedFor(rerun, turn);
    }
    if (!alone && rerun.terms().found().plain()) {
      memory.give(rerun.bytes());
      queue.ready(rerun);
    } else if (!alone || drained(turn)) {
      seat(rerun, turn);
    }
    return alone;
  }

  /** There is not the memory that it wants: others wait for it if that helps. */
  private boolean isWaitedFor(Rerun rerun, Turn turn) {
    if (!memory.seenSince(rerun.since)) {
      return false;
    }
    tellThatItWaits(rerun, turn);
    idleInTheWay |= memory.idleHold(rerun.bytes());
    memoryIsComing |= !memory.seenSince(memory.lastGoneAt()) && turn.now() < memory.staleAt();
    boolean helps =
        rerun.urgent(turn.now())
            && turn.now() < memory.staleAt()
            && memory.couldBeFree(rerun.bytes());
    if (helps) {
      waitsForView = true;
      recall(Integer.MAX_VALUE, turn);
    }
    return helps;
  }

  /** Returns whether nothing is at work; what has not begun is had back. */
  private boolean drained(Turn turn) {
    recall(Integer.MAX_VALUE, turn);
    return count(Seat::busy) == 0;
  }

  /** Gives it the worker that it wants, which is started if there is none. */
  private void seat(Rerun rerun, Turn turn) {
    if (freePlaces() == 0 || (memory.low() && count(Seat::busy) > 0)) {
      return;
    }
    for (Seat seat : seats.values()) {
      if (seat.idle() && isFor(seat, rerun)) {
        queue.reruns().remove(rerun);
        memory.give(rerun.bytes());
        deliver(seat, rerun.piece, turn);
        return;
      }
    }
    int coming = count(seat -> seat.phase == Seat.Phase.STARTING && isFor(seat, rerun));
    if (coming == 0 && restarts.mayLaunch(turn.now())) {
      staff.launch(rerun.size(), turn);
    } else if (coming == 0) {
      lacksWorker = true;
    }
  }

  private boolean isFor(Seat seat, Rerun rerun) {
    return seat.size.equals(rerun.size()) && mayHaveMore(seat);
  }

  /** Whether somebody wants a worker of its size, and only waits until it is ready. */
  private boolean isAwaited(Seat seat) {
    return queue.reruns().stream().anyMatch(rerun -> isFor(seat, rerun)) && !idleInTheWay;
  }

  private void tellThatItWaits(Rerun rerun, Turn turn) {
    if (!rerun.told) {
      rerun.told = true;
      turn.emit(
          new Effect.Tell(
              new PoolEvent.TaskWaitsForMemory(
                  rerun.piece.job().id,
                  rerun.piece.from(),
                  rerun.piece.history().attempt(),
                  rerun.bytes(),
                  memory.freeBytes())));
    }
  }
}
