package dev.outlive.internal.pool;

import static dev.outlive.internal.pool.Script.MILLI;
import static dev.outlive.internal.pool.Script.SECOND;

import dev.outlive.internal.pool.TaskBook.Item;
import dev.outlive.internal.pool.TaskBook.Place;
import dev.outlive.internal.pool.WorkerBook.Hand;
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
  /** Nothing need wait behind an item that takes longer. */
  private static final long STUCK = 10 * MILLI;

  /** How often in a row another priority may be preferred to that of the oldest new item. */
  private static final int MOST_OVERTAKES = 2;

  /** How often a pool may look at an item more often than once in each of its times. */
  private static final int MOST_LOOKS = 6;

  /** After an early death, no worker is launched for at least this long. */
  private static final long FIRST_BACKOFF = 10 * MILLI;

  /** How long work may wait while there is a worker for it, or room for one. */
  private static final long PATIENCE = SECOND;

  private final PoolRules rules;
  private final Agenda agenda;
  private final Judge judge;
  private final Map<Integer, WorkerBook> workers;
  private final MemoryCheck memory;
  private final KillCheck kills;
  private final Map<Integer, SimWorker> truths = new TreeMap<>();
  private Event event = new Event.AlarmRang();
  private int lastWorker;
  private long lastDelivery;
  private long launchNotBefore;
  private final HandCheck handCheck = new HandCheck();
  private long stuckSince = WorkerBook.NEVER;

  /** How often in a row another priority was preferred to that of the oldest new item. */
  private int overtakes;

  /** Answers to revokes that are the next events: before them nothing is settled. */
  private int answersToCome;

  Conduct(
      PoolRules rules,
      Agenda agenda,
      Judge judge,
      MemoryCheck memory,
      Map<Integer, WorkerBook> workers) {
    this.rules = rules;
    this.agenda = agenda;
    this.judge = judge;
    this.workers = workers;
    this.memory = memory;
    this.kills = new KillCheck(rules, agenda, judge, memory);
  }

  void before(Event next) {
    event = next;
    answersToCome -= event instanceof Event.RevokeAnswered ? 1 : 0;
    handCheck.heard(event);
    Violation.unless(
        stuckSince == WorkerBook.NEVER || agenda.now() - stuckSince <= PATIENCE || !stuck(),
        "work has waited since %d ms though there is a worker or room for one: %s",
        stuckSince / MILLI,
        judge.tasks());
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

  void paused(long nanos) {
    memory.paused(nanos);
    stuckSince += stuckSince == WorkerBook.NEVER ? 0 : nanos;
    for (TaskBook task : judge.tasks()) {
      task.items.forEach(item -> item.readyBy += nanos);
    }
  }

  void submitted(TaskBook task) {
    if (rules.queueNanos() != WorkerBook.NEVER) {
      agenda.in(
          rules.queueNanos() + World.SLACK,
          () ->
              Violation.unless(
                  !task.open() || task.items.stream().noneMatch(i -> i.place == Place.NEW),
                  "waits for longer than it may: %s",
                  task));
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

  void check(Effect effect, boolean draining) {
    boolean stopping = judge.stopping();
    switch (effect) {
      case Effect.LaunchWorker e -> launched(e, stopping, draining);
      case Effect.Deliver e -> {
        Violation.unless(!stopping, "%s by a pool that stops", e);
        deliver(e, workers.get(e.worker()));
      }
      case Effect.Revoke e -> revoke(e, workers.get(e.worker()));
      case Effect.Interrupt e -> {}
      case Effect.KillWorker e -> kills.check(e, workers.get(e.worker()), event, draining);
      case Effect.DismissWorker e -> dismiss(workers.get(e.worker()), draining);
      case Effect.ForgetWorker e ->
          Violation.unless(workers.get(e.worker()).died, "%s though it lives", e);
      case Effect.WatchMemory e -> memory.watch(e);
      case Effect.SetAlarm e -> {}
      case Effect.Tell e -> {}
      case Effect.CompleteItem e -> {}
      case Effect.CompleteItems e -> throw new AssertionError(e);
      case Effect.RecordLoss e -> {}
      case Effect.EndTask e -> {}
      case Effect.FinishTermination e -> {}
    }
  }

  private void launched(Effect.LaunchWorker e, boolean stopping, boolean draining) {
    int number = e.worker();
    Crew crew = rules.crew();
    boolean grown = workers.values().stream().anyMatch(w -> w.grown && w.counts());
    boolean wanted = judge.someOpen() || grown || (crew.least() > 0 && !draining);
    Violation.unless(!stopping && wanted, "worker %d launched for nothing", number);
    WorkerBook worker = new WorkerBook(number, e.size(), agenda.now());
    Violation.unless(
        !worker.usual() || staying() < crew.most() + crew.spares(),
        "worker %d is one too many",
        number);
    Violation.unless(number > lastWorker, "worker %d launched twice", number);
    Violation.unless(
        agenda.now() >= launchNotBefore, "worker %d launched without back-off", number);
    lastWorker = number;
    workers.put(number, worker);
    memory.launched(worker);
    within(
        rules.startNanos(),
        () -> worker.ready || !worker.counts(),
        worker,
        "is not ready and was not killed");
  }

  /** How many workers there are that will be here for a while. */
  private long staying() {
    int soonGone = rules.crew().recycleAfter() / 4;
    return workers.values().stream()
        .filter(w -> w.counts() && w.usual() && !w.grown && quota(w) > soonGone)
        .count();
  }

  private int quota(WorkerBook worker) {
    return rules.crew().recycleAfter() - worker.given;
  }

  private boolean usable(WorkerBook worker) {
    return worker.idle() && worker.usual() && quota(worker) > 0;
  }

  /** How many more may be at work. */
  private long places() {
    return rules.crew().most()
        - workers.values().stream().filter(w -> w.up() && !w.hands.isEmpty()).count();
  }

  private void deliver(Effect.Deliver e, WorkerBook worker) {
    Violation.unless(worker != null && worker.up(), "%s to a worker that is not up", e);
    Violation.unless(handCheck.mayHaveOneMore(worker), "%s to a worker with its hands full", e);
    Violation.unless(e.slot() >= 0 && e.slot() < Seat.SLOTS, "%s: no such slot", e);
    Violation.unless(e.delivery() > lastDelivery, "%s: its number was used before", e);
    lastDelivery = e.delivery();
    Violation.unless(places() > 0 || !worker.hands.isEmpty(), "%s: too many are at work", e);
    worker.given += e.to() - e.from();
    Violation.unless(quota(worker) >= 0, "%s: it has had all its items", e);
    for (Hand hand : worker.hands) {
      Violation.unless(hand.order.slot() != e.slot(), "%s: its slot is in use", e);
    }
    TaskBook task = judge.task(e.task());
    Violation.unless(task != null && task.open(), "%s of a task that is over", e);
    int size = e.to() - e.from();
    Violation.unless(size >= 1 && size <= task.chunk, "%s: chunk is %d", e, task.chunk);
    for (Item item : task.items.subList(e.from(), e.to())) {
      mayBeDelivered(e, item);
      Violation.unless(size == 1 || item.failures.isEmpty(), "%s: a retry goes alone", e);
    }
    memory.deliver(e, worker);
    if (task.items.get(e.from()).wants.special()) {
      return;
    }
    isOfTheRightPriority(e, task);
    if (task.items.get(e.from()).place == Place.NEW) {
      isNext(e, task);
    } else {
      isNextOfThoseThatCameBack(e, task.items.get(e.from()));
    }
  }

  /** The highest goes first, but the oldest new item is overtaken so only twice. */
  private void isOfTheRightPriority(Effect.Deliver e, TaskBook task) {
    boolean higherWaits = false;
    TaskBook oldest = null;
    for (TaskBook other : judge.tasks()) {
      for (Item item : other.open() ? other.items : List.<Item>of()) {
        boolean fresh = item.unbegun();
        boolean higher = other.rules.priority() > task.rules.priority();
        higherWaits |= higher && (fresh || item.place == Place.BACK);
        oldest = fresh && oldest == null ? other : oldest;
      }
    }
    boolean ofTheOldest = oldest != null && oldest.rules.priority() == task.rules.priority();
    Violation.unless(
        !higherWaits || (ofTheOldest && overtakes >= MOST_OVERTAKES), "%s overtakes", e);
    if (oldest != null && !ofTheOldest) {
      overtakes++;
    } else if (task.items.get(e.from()).unbegun()) {
      overtakes = 0;
    }
    Violation.unless(overtakes <= MOST_OVERTAKES, "%s: the oldest is overtaken again", e);
  }

  private void mayBeDelivered(Effect.Deliver e, Item item) {
    boolean free =
        switch (item.place) {
          case NEW, BACK -> true;
          case RETRY -> agenda.now() >= item.notBefore;
          case OUT, ENDED -> false;
        };
    Violation.unless(free, "%s: not now: %s", e, item);
    Violation.unless(item.attempt() == e.attempt(), "%s: the wrong attempt: %s", e, item);
  }

  /** What was never at a worker goes in its order, and behind what was taken back from one. */
  private void isNext(Effect.Deliver e, TaskBook task) {
    for (TaskBook other : judge.tasks()) {
      for (Item item : equals(other, task) ? other.items : List.<Item>of()) {
        boolean before = other.id < task.id || (other == task && item.index < e.from());
        boolean first = item.place == Place.BACK || (item.place == Place.NEW && before);
        Violation.unless(!other.open() || !first, "%s overtakes %s", e, item);
      }
    }
  }

  /** What came back together keeps its order; what has begun before goes first. */
  private void isNextOfThoseThatCameBack(Effect.Deliver e, Item first) {
    for (TaskBook task : judge.tasks()) {
      for (Item item : equals(task, first.task) ? task.items : List.<Item>of()) {
        boolean together =
            item.place == Place.BACK
                && item.cameBack == first.cameBack
                && item.unbegun() == first.unbegun();
        boolean before = item.cameBackAs < first.cameBackAs;
        Violation.unless(
            first.place != Place.BACK || !together || !before || !task.open(),
            "%s overtakes %s",
            e,
            item);
      }
    }
  }

  private static boolean equals(TaskBook one, TaskBook other) {
    return one.rules.priority() == other.rules.priority();
  }

  void delivered(Effect.Deliver e, SimWorker truth, SimDelivery delivery) {
    truths.put(e.worker(), truth);
    TaskBook task = judge.task(e.task());
    Hand hand = new Hand(e, delivery, task);
    workers.get(e.worker()).hands.add(hand);
    hand.rest().forEach(item -> item.place = Place.OUT);
  }

  private void revoke(Effect.Revoke e, WorkerBook worker) {
    Hand hand = worker.hand(e.delivery());
    if (hand == null || hand.order.slot() != e.slot() || !hand.live) {
      throw new Violation(e + ": the worker has no such delivery");
    }
    answersToCome++;
    boolean lawful =
        switch (e.why()) {
          case RECALLED ->
              hand != worker.hands.getFirst()
                  && ((places() > 0 && workers.values().stream().anyMatch(this::usable))
                      || agenda.now() - worker.atSince > STUCK
                      || memory.book.low
                      || memory.book.mayDrain());
          case ABANDONED -> !hand.task.open();
          case WITHDRAWN ->
              event instanceof Event.WithdrawalAsked(long task) && task == hand.task.id;
          case LATE -> e.limitNanos() == hand.task.rules.limitNanos() && looksInTime(worker, hand);
        };
    Violation.unless(lawful, "%s without a reason", e);
  }

  /** Neither while it is known to be in time, nor again and again. */
  private boolean looksInTime(WorkerBook worker, Hand hand) {
    long now = agenda.now();
    long pace = Math.min(hand.task.rules.limitNanos(), rules.pickUpNanos());
    long most = MOST_LOOKS + (now - worker.frontSince) / pace;
    worker.looks++;
    return hand == worker.front() && now >= hand.lookNotBefore && worker.looks <= most;
  }

  private void dismiss(WorkerBook worker, boolean draining) {
    Crew crew = rules.crew();
    boolean ends = draining && !judge.someOpen() && worker.up();
    boolean done = worker.idle() && quota(worker) <= 0;
    boolean bored =
        worker.idle()
            && worker.usual()
            && crew.shrinks()
            && agenda.now() - worker.idleSince >= crew.idleNanos()
            && !isLast(worker);
    long others =
        workers.values().stream().filter(w -> w.counts() && w.usual() && w != worker).count();
    Violation.unless(
        ends
            || done
            || (worker.idle() && memory.mayLeave(worker, draining))
            || (bored && (draining || others >= crew.least())),
        "%d dismissed",
        worker.number);
    worker.dismissedAt = agenda.now();
    within(
        rules.graceNanos(),
        () -> worker.killed || worker.died || worker.dyingAt != WorkerBook.NEVER,
        worker,
        "was asked to leave, did not, and was not killed");
  }

  /** Whether it is all that is left for what waits. */
  private boolean isLast(WorkerBook worker) {
    boolean others =
        workers.values().stream()
            .anyMatch(w -> w != worker && (w.busy() || usable(w) || (w.counts() && !w.ready)));
    boolean held = memory.book.mayDrain() || memory.book.someRunsAlone();
    return !others && !held && usable(worker) && someWait() && answersToCome == 0;
  }

  // ---- after each event

  void audit(boolean draining) {
    boolean stopping = judge.stopping();
    boolean open = judge.someOpen();
    for (WorkerBook worker : workers.values()) {
      boolean going = worker.killed || worker.died;
      Violation.unless(!stopping || going, "worker %d lives on", worker.number);
      Violation.unless(
          !draining || open || going || !worker.counts(), "worker %d may stay", worker.number);
      Violation.unless(
          worker.hands.stream().noneMatch(hand -> hand.late) || going,
          "worker %d is late and lives on",
          worker.number);
      Violation.unless(
          answersToCome > 0 || !worker.idle() || quota(worker) > 0,
          "worker %d has had all its items and stays",
          worker.number);
      boolean hostile =
          event instanceof Event.ProtocolViolated(int w, String _) && w == worker.number;
      Violation.unless(!hostile || going, "worker %d is hostile and lives on", worker.number);
    }
    if (!stopping && open && answersToCome == 0) {
      boolean idle = places() > 0 && workers.values().stream().anyMatch(this::usable);
      Violation.unless(
          !idle || !someWait() || memory.isHeldUp(),
          "work waits and a worker is idle: %s",
          judge.tasks());
    }
    memory.audit(answersToCome == 0, draining);
    if (stopping || !stuck()) {
      stuckSince = WorkerBook.NEVER;
    } else if (stuckSince == WorkerBook.NEVER) {
      stuckSince = agenda.now();
    }
  }

  /** Nothing will happen any more: there are as many workers as a pool without work should have. */
  void quiet() {
    memory.quiet();
    Crew crew = rules.crew();
    long count = workers.values().stream().filter(WorkerBook::counts).count();
    int least = crew.least() == 0 ? 0 : crew.least() + crew.spares();
    Violation.unless(count >= least, "%d workers, at least %d are wanted", count, least);
    Violation.unless(!crew.shrinks() || count <= least, "%d workers, %d are wanted", count, least);
  }

  private boolean someWait() {
    long now = agenda.now();
    for (TaskBook task : judge.tasks()) {
      if (task.open() && task.items.stream().anyMatch(item -> item.waits(now))) {
        return true;
      }
    }
    return false;
  }

  /** Work waits, in the queue or behind other work, and somebody else could do it. */
  private boolean stuck() {
    int taken = 0;
    boolean starting = false;
    boolean idle = false;
    boolean behind = false;
    for (WorkerBook worker : workers.values()) {
      boolean works = worker.counts() && worker.usual() && quota(worker) > 0;
      taken += works || (worker.busy() && !worker.usual()) ? 1 : 0;
      starting |= worker.counts() && !worker.ready;
      idle |= usable(worker);
      for (Hand hand : worker.up() ? worker.hands : List.<Hand>of()) {
        behind |=
            hand != worker.hands.getFirst()
                && hand.live
                && hand.task.open()
                && hand.truth.phase == SimDelivery.Phase.OFFERED;
      }
    }
    boolean room = taken < rules.crew().most();
    return answersToCome == 0
        && (idle ? places() > 0 : room)
        && !starting
        && (behind || someWait())
        && !memory.book.mayBeHeldUp();
  }
}
