package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.pool.Effect.Ending;
import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.internal.pool.Job.Piece;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.monitor.PoolSnapshot.State;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.spi.Death;
import dev.outlive.spi.KillReason;
import dev.outlive.spi.Revocation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The heart of a pool: a pure function from events to effects. No thread, no clock, no I/O; the
 * caller serialises the calls and carries the effects out in their order.
 *
 * <pre>
 *   OPEN --shutdown--> DRAINING --no task left, workers dismissed--+
 *     |                   |                                        +--> TERMINATED
 *     +--stop, abort, broken--> STOPPING --no worker left----------+
 *
 *   an item:  waits --deliver--> at a worker --returned, threw, died, late--> verdict
 *               ^                     |                 |
 *               +-- recalled, or its worker died first -+-- retry (after a back-off)
 * </pre>
 *
 * <p>Only the item that a worker had begun is ever blamed for its death. What merely waited at the
 * worker goes back to the front of the queue, uncharged.
 *
 * <p>Long, as the one place where all rules meet; queue, seats and counts have their own classes.
 */
final class PoolState {
  private static final long LAST_RITES_NANOS = 1_000_000_000; // however short the grace

  private final PoolRules rules;
  private final SplittableRandom random;
  private final Map<Long, Job> jobs = new LinkedHashMap<>();
  private final Map<Integer, Seat> seats = new TreeMap<>();
  private final WorkQueue queue = new WorkQueue();
  private final RestartGuard restarts;
  private final Placement placement;
  private final Tally tally = new Tally();
  private State phase = State.OPEN;
  private long alarmAt = Long.MAX_VALUE;

  private long now; // during apply
  private Consumer<Effect> out = effect -> {}; // during apply

  PoolState(PoolRules rules) {
    this.rules = rules;
    this.random = new SplittableRandom(rules.seed());
    this.restarts = new RestartGuard(rules.restartLimit());
    this.placement = new Placement(rules, queue, seats, restarts);
  }

  State phase() {
    return phase;
  }

  PoolSnapshot snapshot(String name) {
    return tally.snapshot(name, phase, seats.values());
  }

  /**
   * Takes an event in and hands out what is to be done about it.
   *
   * @param nowNanos the time, on any clock that does not run backwards
   */
  void apply(Event event, long nowNanos, Consumer<Effect> effects) {
    now = nowNanos;
    out = effects;
    switch (event) {
      case Event.TaskSubmitted e -> submitted(e);
      case Event.TaskAbandoned e -> unwanted(e.task(), false);
      case Event.WithdrawalAsked e -> unwanted(e.task(), true);
      case Event.ShutdownAsked e -> shutdown();
      case Event.StopAsked e -> stop(new Ending.ShutDown(), KillReason.SHUTDOWN);
      case Event.AlarmRang e -> rang();
      case Event.WorkerStarted e -> at(e.worker(), seat -> seat.pid = e.pid());
      case Event.WorkerReady e -> at(e.worker(), this::ready);
      case Event.ItemReturned e -> at(e.worker(), seat -> returned(seat, e));
      case Event.ItemThrew e -> at(e.worker(), seat -> threw(seat, e));
      case Event.DeliveryWithdrawn e -> at(e.worker(), seat -> withdrawn(seat, e.delivery()));
      case Event.RevokeAnswered e -> at(e.worker(), seat -> answered(seat, e));
      case Event.ProtocolViolated e -> at(e.worker(), seat -> seat.kill(KillReason.PROTOCOL, out));
      case Event.WorkerDying e -> at(e.worker(), this::dying);
      case Event.WorkerDied e -> at(e.worker(), seat -> died(seat, e.death()));
    }
    if (phase == State.OPEN || phase == State.DRAINING) {
      placement.place(now, out);
    }
    finishIfDone();
    setAlarm();
  }

  private void at(int worker, Consumer<Seat> then) {
    Seat seat = seats.get(worker);
    if (seat != null) {
      then.accept(seat);
    }
  }

  // ---- tasks

  private void submitted(Event.TaskSubmitted e) {
    if (phase != State.OPEN) {
      throw new AssertionError("a task was submitted to a pool that is " + phase + ": " + e);
    }
    Job job = new Job(e.task(), e.items(), e.chunk(), e.rules());
    jobs.put(job.id, job);
    tally.submitted(e.items());
    queue.add(new Piece(job, 0, e.items(), History.NONE));
  }

  /** Ends a job; a gentle end leaves alone what has begun. */
  private void unwanted(long task, boolean gently) {
    Job job = jobs.get(task);
    if (job == null) {
      return;
    }
    job.answersToCome = gently ? askBack(job, Why.WITHDRAWN) : 0;
    job.begun = false;
    if (job.answersToCome == 0) {
      end(job, new Ending.Abandoned());
    }
  }

  private void complete(Job job, int item, Verdict verdict) {
    job.unfinished--;
    tally.ended(verdict instanceof Verdict.Returned);
    out.accept(new Effect.CompleteItem(job.id, item, verdict));
  }

  private void endIfComplete(Job job) {
    if (job.unfinished == 0 && !job.over) {
      end(job, new Ending.AllDone());
    }
  }

  /** Ends a job: what waits is dropped, what is at a worker is revoked. */
  private void end(Job job, Ending ending) {
    jobs.remove(job.id);
    job.over = true;
    out.accept(new Effect.EndTask(job.id, ending));
    if (job.unfinished == 0) {
      return;
    }
    tally.cancelled(job.unfinished);
    queue.drop(job);
    askBack(job, Why.ABANDONED);
  }

  /** Asks for all of a job that is at workers; returns how many answers that makes. */
  private int askBack(Job job, Why why) {
    int asked = 0;
    for (Seat seat : seats.values()) {
      for (Delivery delivery : seat.deliveries) {
        if (delivery.job == job && delivery.live()) {
          asked++;
          seat.ask(delivery, why, 0, out);
        }
      }
    }
    return asked;
  }

  /** A failed attempt: tried again, or the failure policy has its say. */
  private void judge(
      Job job, int item, Cause cause, List<String> types, History history, Verdict verdict) {
    RetryPolicy policy = History.decider(job.rules.retry(), cause, types);
    if (history.mayTryAgain(policy, job.rules)) {
      retry(new Piece(job, item, item + 1, history), policy);
      tally.retried();
      out.accept(
          new Effect.Tell(new PoolEvent.TaskRetried(job.id, item, history.failures(), cause)));
      return;
    }
    complete(job, item, verdict);
    switch (job.rules.policyFor(cause)) {
      case SKIP -> endIfComplete(job);
      case FAIL -> end(job, new Ending.Failed(item));
      case ABORT -> stop(new Ending.Aborted(job.id, item, verdict), KillReason.ABORTED);
    }
  }

  private void retry(Piece piece, RetryPolicy policy) {
    int failures = piece.history().failuresUnder(policy, piece.job().rules.retry());
    long delay = policy.backoff().delayNanos(failures, random.nextDouble());
    queue.addRetry(piece, now, delay);
  }

  // ---- what a worker says

  private void ready(Seat seat) {
    if (seat.phase == Seat.Phase.STARTING) {
      seat.phase = Seat.Phase.UP;
      seat.spare();
      out.accept(new Effect.Tell(new PoolEvent.WorkerReady(seat.worker, seat.pid)));
    }
  }

  private void returned(Seat seat, Event.ItemReturned e) {
    Delivery delivery = awaiting(seat, e.delivery(), e.item());
    if (delivery == null) {
      return;
    }
    itemEnded(seat, delivery);
    if (!delivery.job.over) {
      History history = delivery.history;
      complete(
          delivery.job,
          e.item(),
          new Verdict.Returned(e.result(), history.attempt(), history.lost()));
      endIfComplete(delivery.job);
    }
    stopIfUnwanted(seat, delivery);
  }

  private void threw(Seat seat, Event.ItemThrew e) {
    Delivery delivery = awaiting(seat, e.delivery(), e.item());
    if (delivery == null) {
      return;
    }
    itemEnded(seat, delivery);
    if (!delivery.job.over) {
      History history = delivery.history.withFailure(e.cause(), e.types());
      Verdict verdict = new Verdict.Threw(e.error(), history.failures(), history.lost());
      judge(delivery.job, e.item(), e.cause(), e.types(), history, verdict);
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
      seat.kill(KillReason.PROTOCOL, out);
      return null;
    }
    return delivery;
  }

  private void itemEnded(Seat seat, Delivery delivery) {
    seat.itemEnded(delivery);
    restarts.proven();
    seat.watch(now, rules.pickUpNanos());
  }

  private void stopIfUnwanted(Seat seat, Delivery delivery) {
    if (delivery.rest() != null && delivery.job.over && delivery.live() && !delivery.asked) {
      seat.ask(delivery, Why.ABANDONED, 0, out);
    }
  }

  private void withdrawn(Seat seat, long number) {
    Delivery delivery = seat.find(number);
    if (delivery == null || delivery.phase == Delivery.Phase.LATE) {
      return;
    }
    if (delivery.live()) {
      seat.kill(KillReason.PROTOCOL, out);
    } else {
      seat.remove(delivery);
    }
    seat.watch(now, rules.pickUpNanos());
  }

  // ---- taking back

  private void answered(Seat seat, Event.RevokeAnswered e) {
    Delivery delivery = seat.find(e.delivery());
    if (delivery == null || !delivery.live()) {
      return;
    }
    delivery.asked = false;
    switch (e.answer()) {
      case Revocation.Withdrawn a -> takenBack(delivery, e.why());
      case Revocation.Stopped a -> stopped(seat, delivery, a.item(), e.why());
      case Revocation.Published a -> published(delivery, e.why());
      case Revocation.Begun a -> seat.begun(delivery);
      case Revocation.InTime a when a.begun() -> {
        seat.begun(delivery);
        delivery.runsSince(a.startedNanos(), now);
      }
      case Revocation.InTime a -> seat.notBegun(delivery, now, rules.pickUpNanos(), out);
    }
    if (e.why() == Why.WITHDRAWN) {
      withdrawn(delivery.job, delivery);
    }
    seat.watch(now, rules.pickUpNanos());
  }

  private void takenBack(Delivery delivery, Why why) {
    delivery.withdrawn = true;
    Piece rest = delivery.rest();
    if (delivery.job.over || rest == null) {
      delivery.phase = Delivery.Phase.ABANDONED;
    } else {
      delivery.phase = Delivery.Phase.RECALLED;
      if (why == Why.WITHDRAWN) {
        delivery.job.hadBack.add(rest);
      } else {
        queue.putBack(List.of(rest));
      }
    }
  }

  /** All answers have come: the job ends if nothing of it has begun, or goes on. */
  private void withdrawn(Job job, Delivery delivery) {
    job.begun |= delivery.live();
    if (--job.answersToCome == 0 && !job.over) {
      if (job.begun) {
        queue.putBack(job.hadBack);
      } else {
        end(job, new Ending.Abandoned());
      }
      job.hadBack.clear();
    }
  }

  private void stopped(Seat seat, Delivery delivery, int item, Why why) {
    seat.begun(delivery);
    delivery.stoppedAt = item;
    if (why == Why.LATE) {
      delivery.phase = Delivery.Phase.LATE;
      seat.kill(KillReason.TIMEOUT, out);
    } else {
      delivery.phase = Delivery.Phase.ABANDONED;
      out.accept(new Effect.Interrupt(seat.worker, delivery.number));
      delivery.killLater(now + rules.graceNanos(), KillReason.CANCELLED);
    }
  }

  /** Its result is on the way: once its limit has passed, it has the grace to arrive. */
  private void published(Delivery delivery, Why why) {
    delivery.begun = true;
    delivery.checkAt = now + rules.pickUpNanos();
    if (why == Why.ABANDONED) {
      delivery.killLater(now + rules.graceNanos(), KillReason.CANCELLED);
    } else if (why == Why.LATE && delivery.job.rules.limited()) {
      delivery.killLater(delivery.limitOver(now) + rules.graceNanos(), KillReason.TIMEOUT);
    }
  }

  // ---- death

  private void dying(Seat seat) {
    if (seat.alive()) {
      seat.phase = Seat.Phase.DYING;
    }
    seat.killLater(now + Math.max(rules.graceNanos(), LAST_RITES_NANOS), KillReason.LINK_CLOSED);
    out.accept(new Effect.Tell(new PoolEvent.WorkerDying(seat.worker)));
  }

  private void died(Seat seat, Death death) {
    seats.remove(seat.worker);
    Diagnosis diagnosis = death.diagnosis();
    boolean asked = diagnosis.cause() == Cause.SHUTDOWN || seat.dismissed;
    boolean crashed = !asked && diagnosis.cause().kind() == Cause.Kind.CRASH;
    if (crashed) {
      tally.died();
    }
    out.accept(new Effect.ForgetWorker(seat.worker));
    out.accept(new Effect.Tell(new PoolEvent.WorkerDied(seat.worker, asked, diagnosis)));
    boolean begun = seat.proven || death.lastSeen().stream().anyMatch(Death.Standing::begun);
    if (!settleDeliveries(seat, death) && crashed && !begun) {
      diedEarly(diagnosis);
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
        blame(delivery, late ? Cause.TIMEOUT : death.diagnosis().cause(), death.diagnosis());
      }
      Piece rest = delivery.rest();
      if (rest != null) {
        unharmed.add(rest);
      }
    }
    unharmed.removeIf(piece -> piece.job().over);
    queue.putBack(unharmed);
    return guilty != null;
  }

  private void blame(Delivery delivery, Cause cause, Diagnosis diagnosis) {
    Job job = delivery.job;
    int item = delivery.next++;
    History history = delivery.history.withFailure(cause, List.of()).withLoss(diagnosis);
    Verdict verdict = history.lostFor(cause, job.rules);
    RetryPolicy policy = History.decider(job.rules.retry(), cause, List.of());
    boolean again = history.mayTryAgain(policy, job.rules);
    out.accept(new Effect.RecordLoss(job.id, item, history.failures(), again, diagnosis));
    judge(job, item, cause, List.of(), history, verdict);
  }

  private void diedEarly(Diagnosis diagnosis) {
    boolean tooMany = restarts.diedEarly(diagnosis, now, random.nextDouble());
    if (tooMany && (phase == State.OPEN || phase == State.DRAINING)) {
      List<Diagnosis> causes = restarts.firstCauses();
      out.accept(new Effect.Tell(new PoolEvent.PoolBroken(causes)));
      stop(new Ending.Broken(causes), KillReason.ABORTED);
    }
  }

  // ---- time

  private void rang() {
    alarmAt = Long.MAX_VALUE;
    queue.wake(now);
    for (Seat seat : seats.values()) {
      seat.killIfDue(now, out);
      Delivery watched = seat.watched();
      if (seat.up() && watched != null && !watched.asked && watched.checkAt <= now) {
        look(seat, watched);
      }
    }
  }

  private void look(Seat seat, Delivery watched) {
    if (watched.live()) {
      seat.ask(watched, Why.LATE, watched.job.rules.limitNanos(), out);
    } else {
      seat.notBegun(watched, now, rules.pickUpNanos(), out);
    }
  }

  private void setAlarm() {
    long next = queue.nextRetryAt();
    if (placement.wantsWorkers() && !restarts.mayLaunch(now)) {
      next = Math.min(next, restarts.launchNotBefore());
    }
    for (Seat seat : seats.values()) {
      next = Math.min(next, seat.nextTime());
    }
    if (next < alarmAt) {
      alarmAt = next;
      out.accept(new Effect.SetAlarm(next));
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
    for (Job job : List.copyOf(jobs.values())) {
      end(job, ending);
    }
    for (Seat seat : seats.values()) {
      seat.kill(reason, out);
    }
  }

  private void finishIfDone() {
    if (phase == State.DRAINING && jobs.isEmpty()) {
      seats.values().forEach(seat -> seat.dismiss(now, rules.graceNanos(), out));
    }
    boolean ended = jobs.isEmpty() && seats.isEmpty();
    if (ended && (phase == State.STOPPING || phase == State.DRAINING)) {
      phase = State.TERMINATED;
      out.accept(new Effect.FinishTermination());
    }
  }
}
