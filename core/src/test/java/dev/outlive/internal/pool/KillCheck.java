package dev.outlive.internal.pool;

import static dev.outlive.internal.pool.Script.SECOND;

import dev.outlive.internal.pool.Effect.Ending;
import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.internal.pool.WorkerBook.Hand;
import dev.outlive.spi.Revocation;

/** Knows for which reasons, and from when on, a pool may kill a worker. */
final class KillCheck {
  /** Between two looks at a worker that does not pick up its work. */
  private static final long SECOND_LOOK = SECOND;

  private final PoolRules rules;
  private final Agenda agenda;
  private final Judge judge;
  private final MemoryCheck memory;

  KillCheck(PoolRules rules, Agenda agenda, Judge judge, MemoryCheck memory) {
    this.rules = rules;
    this.agenda = agenda;
    this.judge = judge;
    this.memory = memory;
  }

  void check(Effect.KillWorker e, WorkerBook worker, Event event, boolean draining) {
    long now = agenda.now();
    long grace = rules.graceNanos();
    Violation.unless(!worker.killed && !worker.died, "%s a second time", e);
    boolean lawful =
        switch (e.reason()) {
          case TIMEOUT -> isLate(worker, event);
          case CANCELLED ->
              worker.hands.stream().anyMatch(h -> !h.task.open() && now - grace >= h.abandonedAt);
          case SHUTDOWN ->
              judge.stopped() instanceof Ending.ShutDown
                  || now - grace >= worker.dismissedAt
                  || (draining && !judge.someOpen() && !worker.ready);
          case ABORTED -> judge.stopping() && !(judge.stopped() instanceof Ending.ShutDown);
          case START_TIMEOUT -> !worker.ready && now - rules.startNanos() >= worker.launchedAt;
          case UNRESPONSIVE -> isUnresponsive(worker, event);
          case LINK_CLOSED -> now - grace >= worker.dyingAt;
          case FROZEN, HUNG_EXIT, MEMORY_LIMIT -> false; // the backend sees these, not the pool
          case PREEMPTED -> memory.isVictim(worker);
          case PROTOCOL -> worker.lied;
        };
    Violation.unless(lawful, "%s without a reason", e);
    worker.killed = true;
  }

  /** Never before its limit: it was stopped beyond it, or is still publishing beyond it. */
  private boolean isLate(WorkerBook worker, Event event) {
    for (Hand hand : worker.hands) {
      if (hand.late) {
        return true;
      }
    }
    Hand front = worker.front();
    if (front == null || !front.task.rules.limited() || !(event instanceof Event.AlarmRang)) {
      return false;
    }
    worker.killedOver = front;
    worker.killedAtItem = front.next;
    SimDelivery truth = front.truth;
    boolean arriving = truth.item > front.next || truth.phase == SimDelivery.Phase.PUBLISHED;
    boolean beyond = agenda.now() - truth.startedAt >= front.task.rules.limitNanos();
    return arriving || (truth.item == front.next && truth.begun() && beyond);
  }

  /**
   * It left its work untouched for the allowed time, and a second look found it so; or it does not
   * even pass over what was taken back from it.
   */
  private boolean isUnresponsive(WorkerBook worker, Event event) {
    boolean ignores =
        event instanceof Event.AlarmRang
            && worker.hands.getFirst().truth.phase == SimDelivery.Phase.WITHDRAWN
            && agenda.now() - worker.headSince >= rules.pickUpNanos() + SECOND_LOOK;
    return ignores || neverPicksUp(worker, event);
  }

  private boolean neverPicksUp(WorkerBook worker, Event event) {
    boolean seen =
        event instanceof Event.RevokeAnswered(int w, long _, Why why, Revocation answer)
            && w == worker.number
            && why == Why.LATE
            && answer instanceof Revocation.InTime(boolean begun, long _)
            && !begun;
    long now = agenda.now();
    long abandonedAt = worker.hands.getFirst().abandonedAt;
    boolean mayStillEnd = abandonedAt != WorkerBook.NEVER && now - abandonedAt < rules.graceNanos();
    return seen
        && !mayStillEnd
        && now - Math.max(worker.frontSince, worker.headSince) >= rules.pickUpNanos()
        && now - worker.suspectedAt >= SECOND_LOOK;
  }
}
