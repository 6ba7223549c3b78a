package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.pool.Effect.Ending;
import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.internal.pool.Job.Piece;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.monitor.PoolSnapshot.State;
import dev.outlive.spi.Death;
import dev.outlive.spi.KillReason;
import dev.outlive.spi.Revocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The heart of a pool: a pure function from events to effects. No thread, no clock, no I/O; the
 * caller serialises the calls and carries the effects out in their order.
 *
 * <pre>
 *   OPEN --shutdown--> DRAINING --no task left, workers dismissed--+
 *     |                   |                                        +--> TERMINATED
 *     +--stop, abort, broken--> STOPPING --no worker left----------+
 * </pre>
 *
 * <p>Only the item that a worker had begun is ever blamed for its death. What merely waited at the
 * worker goes back to the front of the queue, uncharged.
 *
 * <p>Long, as the one place where all events meet; what tasks are due is told in {@link Jobs}, who
 * gets work and how many workers there are in {@link Placement}.
 */
final class PoolState {
  private static final long LAST_RITES_NANOS = 1_000_000_000; // however short the grace

  private final PoolRules rules;
  private final SplittableRandom random;
  private final Turn turn;
  private final Map<Integer, Seat> seats = new TreeMap<>();
  private final WorkQueue queue;
  private final MemoryGuard memory;
  private final Tally tally = new Tally();
  private final Pace pace = new Pace();
  private final RestartGuard restarts;
  private final Jobs jobs;
  private final Staffing staff;
  private final Placement placement;
  private State phase = State.OPEN;
  private long alarmAt = Long.MAX_VALUE;
  private boolean watchesClosely;

  /**
   * Creates a pool's state.
   *
   * @param followed whether anybody wants to know when items begin
   */
  PoolState(PoolRules rules, BooleanSupplier followed) {
    this.rules = rules;
    this.turn = new Turn(followed);
    this.queue = new WorkQueue(turn);
    this.memory = new MemoryGuard(rules.memory(), turn, seats);
    this.random = new SplittableRandom(rules.seed());
    this.restarts = new RestartGuard(rules.restartLimit());
    this.jobs =
        new Jobs(
            rules, turn, queue, seats, tally, memory, ending -> stop(ending, KillReason.ABORTED));
    this.staff = new Staffing(rules, queue, seats, restarts, pace);
    this.placement = new Placement(rules, queue, seats, restarts, memory, staff, new AtHand(pace));
  }

  State phase() {
    return phase;
  }

  /** Returns the counts, and of each worker what is known here. */
  PoolSnapshot snapshot(String name) {
    return snapshot(name, StatusRow::of);
  }

  /** Returns the counts, and a row for each worker. */
  PoolSnapshot snapshot(String name, Function<Seat, PoolSnapshot.Worker> row) {
    return tally.snapshot(name, phase, seats.values(), row);
  }

  /**
   * Takes an event in and hands out what is to be done about it.
   *
   * @param nowNanos the time, on any clock that does not run backwards
   */
  void apply(Event event, long nowNanos, Consumer<Effect> effects) {
    turn.begin(event, nowNanos, effects);
    switch (event) {
      case Event.PoolOpened e -> {}
      case Event.TaskSubmitted e -> submitted(e);
      case Event.TaskAbandoned e -> jobs.unwanted(e.task(), false);
      case Event.WithdrawalAsked e -> jobs.unwanted(e.task(), true);
      case Event.ShutdownAsked e -> shutdown();
      case Event.StopAsked e -> stop(new Ending.ShutDown(), KillReason.SHUTDOWN);
      case Event.AlarmRang e -> rang();
      case Event.WorkerStarted e -> at(e.worker(), seat -> seat.pid = e.pid());
      case Event.WorkerReady e -> at(e.worker(), this::ready);
      case Event.ItemReturned e -> at(e.worker(), seat -> returned(seat, e));
      case Event.ItemsReturned e -> at(e.worker(), seat -> returned(seat, e));
      case Event.ItemThrew e -> at(e.worker(), seat -> threw(seat, e));
      case Event.DeliveryWithdrawn e -> at(e.worker(), seat -> withdrawn(seat, e.delivery()));
      case Event.RevokeAnswered e -> at(e.worker(), seat -> answered(seat, e));
      case Event.ProtocolViolated e -> at(e.worker(), seat -> babbled(seat, e.how()));
      case Event.WorkerGrown e -> at(e.worker(), seat -> grown(seat, e));
      case Event.MemorySeen e -> {
        if (phase != State.TERMINATED) {
          memory.seen(e.view(), atWork());
        }
      }
      case Event.WorkerDying e -> at(e.worker(), this::dying);
      case Event.WorkerDied e -> at(e.worker(), seat -> died(seat, e.death()));
    }
    if (atWork() && turn.settled()) {
      int least = phase == State.OPEN ? rules.crew().least() : 0;
      placement.place(turn, least, jobs.isEmpty() && least == 0 ? 0 : rules.crew().spares());
    }
    finishIfDone();
    watchMemory();
    setAlarm();
  }

  private boolean atWork() {
    return phase == State.OPEN || phase == State.DRAINING;
  }

  private void at(int worker, Consumer<Seat> then) {
    Seat seat = seats.get(worker);
    if (seat != null) {
      then.accept(seat);
    }
  }

  private void submitted(Event.TaskSubmitted e) {
    if (phase != State.OPEN) {
      throw new AssertionError("a task was submitted to a pool that is " + phase + ": " + e);
    }
    jobs.submitted(e);
  }

  // ---- what a worker says

  private void ready(Seat seat) {
    if (seat.phase == Seat.Phase.STARTING) {
      seat.phase = Seat.Phase.UP;
      seat.spare();
      pace.started(turn.now() - seat.launchedAt);
      turn.emit(new Effect.Tell(new PoolEvent.WorkerReady(seat.worker, seat.pid)));
    }
  }

  private void grown(Seat seat, Event.WorkerGrown e) {
    if (seat.alive() && !seat.grown) {
      seat.grown = true;
      turn.emit(
          new Effect.Tell(new PoolEvent.WorkerGrown(seat.worker, e.heldBytes(), e.limitBytes())));
    }
  }

  private void returned(Seat seat, Event.ItemReturned e) {
    Delivery delivery = awaiting(seat, e.delivery(), e.item());
    if (delivery == null) {
      return;
    }
    itemsEnded(seat, delivery, 1, e.result().ranNanos());
    if (!delivery.job.over) {
      jobs.returned(delivery, e);
    }
    stopIfUnwanted(seat, delivery);
  }

  /** What was told before a worker's death may be found in its page once more. */
  private void returned(Seat seat, Event.ItemsReturned e) {
    Delivery told = seat.find(e.delivery());
    ItemRow row = told == null ? e.row() : e.row().since(Math.min(told.next, e.row().to()));
    if (row.size() == 0) {
      return;
    }
    if (turn.followed()) {
      oneByOne(seat, e, row);
      return;
    }
    Delivery delivery = awaiting(seat, e.delivery(), row.from());
    if (delivery == null || !delivery.awaits(row.to() - 1)) {
      return;
    }
    if (row.to() > delivery.to) {
      babbled(seat, "it answered item " + (row.to() - 1) + ", which it was not given");
      return;
    }
    itemsEnded(seat, delivery, row.size(), row.attempt().ranNanos());
    if (!delivery.job.over) {
      jobs.returned(delivery, row);
    }
    stopIfUnwanted(seat, delivery);
  }

  /** Whoever follows wants to know of each item when it begins. */
  private void oneByOne(Seat seat, Event.ItemsReturned e, ItemRow row) {
    for (int item = row.from(); item < row.to(); item++) {
      returned(seat, new Event.ItemReturned(e.worker(), e.delivery(), item, row.result(item)));
    }
  }

  private void threw(Seat seat, Event.ItemThrew e) {
    Delivery delivery = awaiting(seat, e.delivery(), e.item());
    if (delivery == null) {
      return;
    }
    itemsEnded(seat, delivery, 1, e.error().ranNanos());
    if (!delivery.job.over) {
      jobs.threw(delivery, e);
    }
    stopIfUnwanted(seat, delivery);
  }

  /**
   * The delivery that an answer is about. Null if the answer is stale: its delivery was finished,
   * recalled or abandoned before. A live one can only be answered item by item, in order.
   */
  private @Nullable Delivery awaiting(Seat seat, long number, int item) {
    Delivery delivery = seat.find(number);
    if (delivery == null || !delivery.awaits(item)) {
      return null;
    }
    boolean inTurn = !delivery.live() || delivery == seat.front();
    if (item != delivery.next || !inTurn) {
      String due = inTurn ? "item " + delivery.next : "another delivery";
      babbled(
          seat,
          "it answered item "
              + item
              + " of delivery "
              + number
              + " out of turn: "
              + due
              + " was due");
      return null;
    }
    return delivery;
  }

  private void babbled(Seat seat, String how) {
    seat.kill(KillReason.PROTOCOL, how, turn.out());
  }

  private void itemsEnded(Seat seat, Delivery delivery, int items, long nanosEach) {
    pace.itemEnded(nanosEach);
    delivery.job.ended(items, nanosEach);
    proven(seat);
    seat.itemsEnded(delivery, items);
    seat.watch(turn, rules.pickUpNanos());
  }

  private void begun(Seat seat, Delivery delivery) {
    proven(seat);
    delivery.begun = true;
  }

  private void proven(Seat seat) {
    if (!seat.proven) {
      seat.proven = true;
      restarts.proven();
    }
  }

  private void stopIfUnwanted(Seat seat, Delivery delivery) {
    if (delivery.rest() != null && delivery.job.over && delivery.live() && !delivery.asked) {
      seat.ask(delivery, Why.ABANDONED, 0, turn.out());
    }
  }

  private void withdrawn(Seat seat, long number) {
    Delivery delivery = seat.find(number);
    if (delivery == null || delivery.phase == Delivery.Phase.LATE) {
      return;
    }
    if (delivery.live()) {
      babbled(seat, "it passed over delivery " + number + ", which nobody had withdrawn");
    } else {
      seat.remove(delivery);
    }
    seat.watch(turn, rules.pickUpNanos());
  }

  // ---- taking back

  private void answered(Seat seat, Event.RevokeAnswered e) {
    Delivery delivery = seat.find(e.delivery());
    if (delivery == null || !delivery.live()) {
      return;
    }
    delivery.asked = false;
    switch (e.answer()) {
      case Revocation.Withdrawn a -> jobs.takenBack(seat, delivery, e.why());
      case Revocation.Stopped a -> stopped(seat, delivery, a.item(), e.why());
      case Revocation.Published a -> published(delivery, e.why());
      case Revocation.Begun a -> begun(seat, delivery);
      case Revocation.InTime a when a.begun() -> {
        begun(seat, delivery);
        delivery.runsSince(a.startedNanos(), turn.now());
      }
      case Revocation.InTime a ->
          seat.notBegun(delivery, turn.now(), rules.pickUpNanos(), turn.out());
    }
    if (e.why() == Why.WITHDRAWN) {
      jobs.withdrawalAnswered(delivery);
    }
    seat.watch(turn, rules.pickUpNanos());
  }

  private void stopped(Seat seat, Delivery delivery, int item, Why why) {
    begun(seat, delivery);
    delivery.stoppedAt = item;
    if (why == Why.LATE) {
      delivery.phase = Delivery.Phase.LATE;
      seat.kill(KillReason.TIMEOUT, turn.out());
    } else {
      delivery.phase = Delivery.Phase.ABANDONED;
      turn.emit(new Effect.Interrupt(seat.worker, delivery.number));
      delivery.killLater(turn.now() + rules.graceNanos(), KillReason.CANCELLED);
    }
  }

  /** Its result is on the way: once its limit has passed, it has the grace to arrive. */
  private void published(Delivery delivery, Why why) {
    delivery.begun = true;
    delivery.checkAt = turn.now() + rules.pickUpNanos();
    if (why == Why.ABANDONED) {
      delivery.killLater(turn.now() + rules.graceNanos(), KillReason.CANCELLED);
    } else if (why == Why.LATE && delivery.job.rules.limited()) {
      delivery.killLater(delivery.limitOver(turn.now()) + rules.graceNanos(), KillReason.TIMEOUT);
    }
  }

  // ---- death

  private void dying(Seat seat) {
    if (seat.alive()) {
      seat.phase = Seat.Phase.DYING;
    }
    seat.killLater(
        turn.now() + Math.max(rules.graceNanos(), LAST_RITES_NANOS), KillReason.LINK_CLOSED);
    turn.emit(new Effect.Tell(new PoolEvent.WorkerDying(seat.worker)));
  }

  private void died(Seat seat, Death death) {
    seats.remove(seat.worker);
    memory.gone();
    Diagnosis diagnosis = death.diagnosis();
    boolean asked = diagnosis.cause() == Cause.SHUTDOWN || seat.dismissed;
    boolean crashed = !asked && diagnosis.cause().kind() == Cause.Kind.CRASH;
    if (crashed) {
      tally.died();
    }
    turn.emit(new Effect.ForgetWorker(seat.worker));
    turn.emit(new Effect.Tell(new PoolEvent.WorkerDied(seat.worker, asked, diagnosis)));
    boolean begun = seat.proven || death.lastSeen().stream().anyMatch(Death.Standing::begun);
    if (!settleDeliveries(seat, death) && crashed && !begun && !death.excused()) {
      diedEarly(seat, diagnosis);
    }
  }

  /**
   * Blames the item that had begun, if any; the rest waits again. Returns whether one was blamed.
   */
  private boolean settleDeliveries(Seat seat, Death death) {
    Delivery guilty = seat.guilty(death);
    List<Piece> unharmed = new ArrayList<>();
    for (Delivery delivery : seat.deliveries) {
      boolean late = delivery.phase == Delivery.Phase.LATE;
      if (delivery.job.over || !(late || delivery.live())) {
        continue;
      }
      if (delivery == guilty) {
        jobs.lost(delivery, late ? Cause.TIMEOUT : death.diagnosis().cause(), death);
      }
      Piece rest = delivery.rest();
      if (delivery.preemptedAt(death)) {
        unharmed.addAll(jobs.preempted(delivery, death));
      } else if (rest != null) {
        unharmed.add(rest);
      }
    }
    unharmed.removeIf(piece -> piece.job().over);
    queue.putBack(unharmed);
    return guilty != null;
  }

  /** A worker of a size of its own that cannot start is the end of who wants that size. */
  private void diedEarly(Seat seat, Diagnosis diagnosis) {
    if (!seat.usual()) {
      queue.reruns().stream()
          .filter(rerun -> rerun.size().equals(seat.size))
          .findFirst()
          .ifPresent(
              rerun ->
                  jobs.giveUp(
                      rerun, "no worker of that size could be started: " + diagnosis.summary()));
      return;
    }
    boolean tooMany = restarts.diedEarly(diagnosis, turn.now(), random.nextDouble());
    if (tooMany && atWork()) {
      List<Diagnosis> causes = restarts.firstCauses();
      turn.emit(new Effect.Tell(new PoolEvent.PoolBroken(causes)));
      stop(new Ending.Broken(causes), KillReason.ABORTED);
    }
  }

  // ---- time

  private void rang() {
    alarmAt = Long.MAX_VALUE;
    queue.wake();
    jobs.expire();
    jobs.endWaits();
    for (Seat seat : seats.values()) {
      seat.killIfDue(turn.now(), turn.out());
      Delivery watched = seat.watched();
      if (seat.up() && watched != null && !watched.asked && watched.checkAt <= turn.now()) {
        look(seat, watched);
      }
    }
  }

  private void look(Seat seat, Delivery watched) {
    if (watched.live()) {
      seat.ask(watched, Why.LATE, watched.job.rules.limitNanos(), turn.out());
    } else {
      seat.notBegun(watched, turn.now(), rules.pickUpNanos(), turn.out());
    }
  }

  private void watchMemory() {
    boolean closely = atWork() && placement.shortOfMemory();
    if (closely != watchesClosely) {
      watchesClosely = closely;
      turn.emit(new Effect.WatchMemory(closely));
    }
  }

  private void setAlarm() {
    long next = Math.min(queue.nextTime(), jobs.nextExpiry());
    if (atWork()) {
      next = Math.min(next, Math.min(staff.nextLeave(), placement.nextTime()));
    }
    if (atWork() && placement.wantsWorkers() && !restarts.mayLaunch(turn.now())) {
      next = Math.min(next, restarts.launchNotBefore());
    }
    for (Seat seat : seats.values()) {
      next = Math.min(next, seat.nextTime());
    }
    if (next < alarmAt) {
      alarmAt = next;
      turn.emit(new Effect.SetAlarm(next));
    }
  }

  // ---- the end

  private void shutdown() {
    if (phase == State.OPEN) {
      phase = State.DRAINING;
    }
  }

  private void stop(Ending ending, KillReason reason) {
    if (phase == State.STOPPING || phase == State.TERMINATED) {
      return;
    }
    phase = State.STOPPING;
    jobs.endAll(ending);
    for (Seat seat : seats.values()) {
      seat.kill(reason, turn.out());
    }
  }

  private void finishIfDone() {
    if (phase == State.DRAINING && jobs.isEmpty()) {
      seats.values().forEach(seat -> seat.dismiss(turn.now(), rules.graceNanos(), turn.out()));
    }
    boolean ended = jobs.isEmpty() && seats.isEmpty();
    if (ended && (phase == State.STOPPING || phase == State.DRAINING)) {
      phase = State.TERMINATED;
      turn.emit(new Effect.FinishTermination());
    }
  }
}
