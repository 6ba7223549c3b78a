package dev.outlive.internal.pool;

import static dev.outlive.internal.pool.Script.MILLI;
import static dev.outlive.internal.pool.Script.SECOND;

import dev.outlive.internal.pool.Effect.Ending;
import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.internal.pool.TaskBook.Item;
import dev.outlive.internal.pool.TaskBook.Place;
import dev.outlive.internal.pool.WorkerBook.Hand;
import dev.outlive.spi.Revocation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The half of an {@link Oracle} that watches how a pool treats its workers: whom it gives what,
 * whom it kills, and that it does so in time.
 */
final class Conduct {
  /** How many deliveries may be in a worker's hands. */
  private static final int HANDS = 2;

  private static final int SLOTS = 8;

  /** Between two looks at a worker that does not pick up its work; an answer may be under way. */
  private static final long SECOND_LOOK = SECOND - World.ANSWER;

  /** After an early death, no worker is launched for at least this long. */
  private static final long FIRST_BACKOFF = 10 * MILLI;

  /** How long work may wait while there is a worker for it, or room for one. */
  private static final long PATIENCE = SECOND;

  private final PoolRules rules;
  private final Agenda agenda;
  private final Map<Long, TaskBook> tasks;
  private final Map<Integer, WorkerBook> workers;
  private final Map<Integer, SimWorker> truths = new TreeMap<>();
  private Event event = new Event.AlarmRang();
  private int lastWorker;
  private long lastDelivery;
  private long launchNotBefore;
  private boolean aborted;
  private boolean shutDown;
  private long stuckSince = WorkerBook.NEVER;

  /** The last event had work asked back for an idle worker; the answer comes next. */
  private boolean asksBack;

  /** Answers to revokes that are under way. */
  Conduct(
      PoolRules rules, Agenda agenda, Map<Long, TaskBook> tasks, Map<Integer, WorkerBook> workers) {
    this.rules = rules;
    this.agenda = agenda;
    this.tasks = tasks;
    this.workers = workers;
  }

  void before(Event next) {
    event = next;
    asksBack = false;
    Violation.unless(
        stuckSince == WorkerBook.NEVER || agenda.now() - stuckSince <= PATIENCE || !stuck(),
        "work has waited since %d ms though there is a worker or room for one",
        stuckSince / MILLI);
  }

  // ---- what the world tells

  boolean began(int worker) {
    SimWorker truth = truths.get(worker);
    return truth != null && truth.began;
  }

  /** The delivery at which the worker died by its script, if it did. */
  @Nullable SimDelivery diedOf(int worker) {
    SimWorker truth = truths.get(worker);
    return truth == null ? null : truth.diedOf;
  }

  void diedEarly() {
    launchNotBefore = agenda.now() + FIRST_BACKOFF;
  }

  void stopping(Ending ending) {
    if (ending instanceof Ending.ShutDown) {
      shutDown = true;
    } else {
      aborted = true;
    }
  }

  void paused(long nanos) {
    stuckSince += stuckSince == WorkerBook.NEVER ? 0 : nanos;
    for (TaskBook task : tasks.values()) {
      task.items.forEach(item -> item.readyBy += nanos);
    }
  }

  /** The pool has heard that a delivery was stopped. */
  void stopped(WorkerBook worker, Hand hand) {
    if (!hand.late) {
      within(
          rules.graceNanos(),
          () -> !worker.hands.contains(hand) || !worker.counts(),
          worker,
          "an abandoned item that was interrupted goes on and on");
    }
  }

  private void within(long nanos, BooleanSupplier done, WorkerBook worker, String what) {
    agenda.in(
        nanos + World.SLACK,
        () -> Violation.unless(done.getAsBoolean(), "worker %d: %s", worker.number, what));
  }

  // ---- effects

  void check(Effect effect, boolean draining, boolean stopping) {
    switch (effect) {
      case Effect.LaunchWorker e -> launched(e.worker(), stopping);
      case Effect.Deliver e -> {
        Violation.unless(!stopping, "%s by a pool that stops", e);
        deliver(e, workers.get(e.worker()));
      }
      case Effect.Revoke e -> revoke(e, workers.get(e.worker()));
      case Effect.Interrupt e -> interrupt(e);
      case Effect.KillWorker e -> kill(e, workers.get(e.worker()), draining);
      case Effect.DismissWorker e -> dismiss(workers.get(e.worker()), draining);
      case Effect.ForgetWorker e ->
          Violation.unless(workers.get(e.worker()).died, "%s though it lives", e);
      case Effect.SetAlarm e -> {}
      case Effect.Tell e -> {}
      case Effect.CompleteItem e -> {}
      case Effect.RecordLoss e -> {}
      case Effect.EndTask e -> {}
      case Effect.FinishTermination e -> {}
    }
  }

  private void launched(int number, boolean stopping) {
    long count = workers.values().stream().filter(WorkerBook::counts).count();
    Violation.unless(!stopping && someOpen(), "worker %d launched for nothing", number);
    Violation.unless(count < rules.workers(), "worker %d is one too many", number);
    Violation.unless(number > lastWorker, "worker %d launched twice", number);
    Violation.unless(
        agenda.now() >= launchNotBefore, "worker %d launched without back-off", number);
    lastWorker = number;
    WorkerBook worker = new WorkerBook(number, agenda.now());
    workers.put(number, worker);
    within(
        rules.startNanos(),
        () -> worker.ready || !worker.counts(),
        worker,
        "is not ready and was not killed");
  }

  private void deliver(Effect.Deliver e, WorkerBook worker) {
    Violation.unless(worker != null && worker.up(), "%s to a worker that is not up", e);
    Violation.unless(worker.hands.size() < HANDS, "%s to a worker with its hands full", e);
    Violation.unless(e.slot() >= 0 && e.slot() < SLOTS, "%s: no such slot", e);
    Violation.unless(e.delivery() > lastDelivery, "%s: its number was used before", e);
    lastDelivery = e.delivery();
    for (Hand hand : worker.hands) {
      Violation.unless(hand.order.slot() != e.slot(), "%s: its slot is in use", e);
    }
    TaskBook task = tasks.get(e.task());
    Violation.unless(task != null && task.open(), "%s of a task that is over", e);
    int size = e.to() - e.from();
    Violation.unless(size >= 1 && size <= task.chunk, "%s: chunk is %d", e, task.chunk);
    for (Item item : task.items.subList(e.from(), e.to())) {
      mayBeDelivered(e, item);
      Violation.unless(size == 1 || item.failures.isEmpty(), "%s: a retry goes alone", e);
    }
    if (task.items.get(e.from()).place == Place.NEW) {
      isNext(e, task);
    } else {
      isNextOfThoseThatCameBack(e, task.items.get(e.from()));
    }
  }

  private void mayBeDelivered(Effect.Deliver e, Item item) {
    boolean free =
        switch (item.place) {
          case NEW, BACK, BETWEEN -> true;
          case RETRY -> agenda.now() >= item.notBefore;
          case OUT, ENDED -> false;
        };
    Violation.unless(free, "%s: not now: %s", e, item);
    Violation.unless(item.attempt() == e.attempt(), "%s: the wrong attempt: %s", e, item);
  }

  /** What was never at a worker goes in its order, and behind what was taken back from one. */
  private void isNext(Effect.Deliver e, TaskBook task) {
    for (TaskBook other : tasks.values()) {
      for (Item item : other.items) {
        boolean before = other.id < task.id || (other == task && item.index < e.from());
        boolean first = item.place == Place.BACK || (item.place == Place.NEW && before);
        Violation.unless(!other.open() || !first, "%s overtakes %s", e, item);
      }
    }
  }

  private void isNextOfThoseThatCameBack(Effect.Deliver e, Item first) {
    for (TaskBook task : tasks.values()) {
      for (Item item : task.items) {
        boolean together = item.place == Place.BACK && item.cameBack == first.cameBack;
        boolean before = item.cameBackAs < first.cameBackAs;
        Violation.unless(
            first.place != Place.BACK || !together || !before || !task.open(),
            "%s overtakes %s",
            e,
            item);
      }
    }
  }

  void delivered(Effect.Deliver e, SimWorker truth, SimDelivery delivery) {
    truths.put(e.worker(), truth);
    TaskBook task = tasks.get(e.task());
    Hand hand = new Hand(e, delivery, task);
    workers.get(e.worker()).hands.add(hand);
    hand.rest().forEach(item -> item.place = Place.OUT);
  }

  private void revoke(Effect.Revoke e, WorkerBook worker) {
    Hand hand = worker.hand(e.delivery());
    boolean passedOver = worker.between.stream().anyMatch(h -> h.order.delivery() == e.delivery());
    if (passedOver && e.why() == Why.ABANDONED) {
      return;
    }
    if (hand == null || hand.order.slot() != e.slot() || !hand.live) {
      throw new Violation(e + ": the worker has no such delivery");
    }
    hand.asks++;
    asksBack |= e.why() == Why.RECALLED;
    boolean lawful =
        switch (e.why()) {
          case RECALLED, WITHDRAWN ->
              (hand != worker.hands.getFirst() || !worker.between.isEmpty())
                  && workers.values().stream().anyMatch(WorkerBook::idle);
          case ABANDONED -> !hand.task.open();
          case LATE -> hand == worker.front() && e.limitNanos() == hand.task.rules.limitNanos();
        };
    Violation.unless(lawful, "%s without a reason", e);
  }

  private void interrupt(Effect.Interrupt e) {
    boolean lawful =
        event instanceof Event.RevokeAnswered(int w, long d, Why why, Revocation answer)
            && w == e.worker()
            && d == e.delivery()
            && why == Why.ABANDONED
            && answer instanceof Revocation.Stopped;
    Violation.unless(lawful, "%s without a reason", e);
  }

  private void dismiss(WorkerBook worker, boolean draining) {
    Violation.unless(draining && !someOpen() && worker.up(), "%d dismissed", worker.number);
    worker.dismissedAt = agenda.now();
    within(
        rules.graceNanos(),
        () -> worker.killed || worker.died || worker.dyingAt != WorkerBook.NEVER,
        worker,
        "was asked to leave, did not, and was not killed");
  }

  // ---- kills

  private void kill(Effect.KillWorker e, WorkerBook worker, boolean draining) {
    long now = agenda.now();
    long grace = rules.graceNanos();
    Violation.unless(!worker.killed && !worker.died, "%s a second time", e);
    boolean lawful =
        switch (e.reason()) {
          case TIMEOUT -> isLate(worker);
          case CANCELLED ->
              worker.hands.stream().anyMatch(h -> !h.task.open() && now - grace >= h.abandonedAt);
          case SHUTDOWN ->
              shutDown
                  || now - grace >= worker.dismissedAt
                  || (draining && !someOpen() && !worker.ready);
          case ABORTED -> aborted;
          case START_TIMEOUT -> !worker.ready && now - rules.startNanos() >= worker.launchedAt;
          case UNRESPONSIVE -> isUnresponsive(worker);
          case LINK_CLOSED -> now - grace >= worker.dyingAt;
          case PROTOCOL -> worker.lied;
        };
    Violation.unless(lawful, "%s without a reason", e);
    worker.killed = true;
  }

  /** Never before its limit: it was stopped beyond it, or is still publishing beyond it. */
  private boolean isLate(WorkerBook worker) {
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
  private boolean isUnresponsive(WorkerBook worker) {
    boolean ignores =
        event instanceof Event.AlarmRang
            && worker.hands.getFirst().truth.phase == SimDelivery.Phase.WITHDRAWN
            && agenda.now() - worker.headSince >= rules.pickUpNanos() + SECOND_LOOK;
    return ignores || neverPicksUp(worker);
  }

  private boolean neverPicksUp(WorkerBook worker) {
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

  // ---- after each event

  void audit(boolean draining, boolean stopping) {
    boolean open = someOpen();
    for (WorkerBook worker : workers.values()) {
      boolean going = worker.killed || worker.died;
      Violation.unless(!stopping || going, "worker %d lives on", worker.number);
      Violation.unless(
          !draining || open || going || !worker.counts(), "worker %d may stay", worker.number);
      Violation.unless(
          worker.hands.stream().noneMatch(hand -> hand.late) || going,
          "worker %d is late and lives on",
          worker.number);
      boolean hostile = event instanceof Event.ProtocolViolated(int w) && w == worker.number;
      Violation.unless(!hostile || going, "worker %d is hostile and lives on", worker.number);
    }
    if (!stopping && open) {
      boolean idle = workers.values().stream().anyMatch(WorkerBook::idle);
      Violation.unless(
          !idle || asksBack || !someWait(), "work waits and a worker is idle: %s", tasks);
    }
    if (stopping || !stuck()) {
      stuckSince = WorkerBook.NEVER;
    } else if (stuckSince == WorkerBook.NEVER) {
      stuckSince = agenda.now();
    }
  }

  private boolean someOpen() {
    return tasks.values().stream().anyMatch(TaskBook::open);
  }

  private boolean someWait() {
    long now = agenda.now();
    for (TaskBook task : tasks.values()) {
      if (task.open() && task.items.stream().anyMatch(item -> item.waits(now))) {
        return true;
      }
    }
    return false;
  }

  /** Work waits, in the queue or behind other work, and somebody else could do it. */
  private boolean stuck() {
    boolean room = workers.values().stream().filter(WorkerBook::counts).count() < rules.workers();
    boolean starting = false;
    boolean idle = false;
    boolean behind = false;
    for (WorkerBook worker : workers.values()) {
      starting |= worker.counts() && !worker.ready;
      idle |= worker.idle();
      for (Hand hand : worker.up() ? worker.hands : List.<Hand>of()) {
        behind |=
            hand != worker.hands.getFirst()
                && hand.live
                && hand.task.open()
                && hand.truth.phase == SimDelivery.Phase.OFFERED;
      }
    }
    return (idle || room) && !starting && (behind || someWait());
  }
}
