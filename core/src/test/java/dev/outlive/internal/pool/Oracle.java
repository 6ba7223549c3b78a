package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.pool.Due.Failure;
import dev.outlive.internal.pool.Effect.Ending;
import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.internal.pool.TaskBook.Item;
import dev.outlive.internal.pool.WorkerBook.Hand;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.spi.Death;
import dev.outlive.spi.Revocation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Knows what each item, task and worker is due. Before each event it reckons, from what really
 * happened in the world and from the task's rules, which judgements must follow at once; afterwards
 * it compares. It never looks into {@link PoolState}.
 */
final class Oracle {
  private final Script script;
  private final Regime regime;
  private final Agenda agenda;
  private final Map<Integer, WorkerBook> workers = new TreeMap<>();
  private final Judge judge;
  private final MemoryCheck memory;
  private final Conduct conduct;
  private final List<Effect> notices = new ArrayList<>();

  /** Early deaths within the period. */
  private final Deque<Long> early = new ArrayDeque<>();

  private final Deque<Diagnosis> earlyCauses = new ArrayDeque<>();

  /** A task that is to end if nothing of it is being worked at: what is still to be heard of it. */
  private static final class Withdrawal {
    long asked;
    boolean refused;
  }

  private final Map<Long, Withdrawal> withdrawals = new TreeMap<>();
  private Event event = new Event.PoolOpened();
  private boolean draining;
  private boolean finished;
  private boolean finishedBefore;

  Oracle(Script script, Regime regime, Agenda agenda, Census census) {
    this.script = script;
    this.regime = regime;
    this.agenda = agenda;
    this.judge = new Judge(agenda, script.rules().memory());
    this.memory = new MemoryCheck(script.rules(), agenda, judge, workers, census);
    this.conduct = new Conduct(script.rules(), agenda, judge, memory, workers);
  }

  // ---- before an event: what must follow

  void before(Event event, boolean honest) {
    Violation.unless(!finished || !judgesAnything(event), "%s after the end", event);
    judge.before();
    memory.before();
    this.event = event;
    notices.clear();
    finishedBefore = finished;
    conduct.before(event);
    if (!honest) {
      workers.values().stream().filter(w -> speaks(w, event)).forEach(w -> w.lied = true);
    }
    switch (event) {
      case Event.PoolOpened e -> {}
      case Event.TaskSubmitted e -> {
        judge.submitted(e);
        conduct.submitted(judge.task(e.task()));
      }
      case Event.TaskAbandoned e -> judge.abandoned(e.task());
      case Event.WithdrawalAsked e -> withdrawalAsked(e.task());
      case Event.ShutdownAsked e -> draining = true;
      case Event.StopAsked e -> judge.stop(new Ending.ShutDown());
      case Event.AlarmRang e -> judge.expire(script.rules().queueNanos());
      case Event.WorkerStarted e -> worker(e.worker()).pid = e.pid();
      case Event.WorkerReady e -> ready(worker(e.worker()));
      case Event.ItemReturned e -> {
        if (honest) {
          returned(worker(e.worker()), e);
        }
      }
      case Event.ItemsReturned e -> throw new AssertionError(e);
      case Event.ItemThrew e -> {
        if (honest) {
          threw(worker(e.worker()), e);
        }
      }
      case Event.DeliveryWithdrawn e -> withdrawn(worker(e.worker()), e.delivery(), honest);
      case Event.RevokeAnswered e -> answered(worker(e.worker()), e);
      case Event.ProtocolViolated e -> {}
      case Event.WorkerGrown e -> grown(worker(e.worker()), e);
      case Event.MemorySeen e -> notices.addAll(finished ? List.of() : memory.seen(e.view()));
      case Event.WorkerDying e -> {
        worker(e.worker()).dyingAt = agenda.now();
        notices.add(new Effect.Tell(new PoolEvent.WorkerDying(e.worker())));
      }
      case Event.WorkerDied e -> died(worker(e.worker()), e);
    }
    workers.values().forEach(worker -> worker.refront(agenda.now()));
    finishIfDue();
  }

  private void finishIfDue() {
    if (!finished && mayFinish()) {
      finished = true;
      notices.add(new Effect.FinishTermination());
    }
  }

  private static boolean speaks(WorkerBook worker, Event event) {
    return switch (event) {
      case Event.ItemReturned e -> e.worker() == worker.number;
      case Event.ItemThrew e -> e.worker() == worker.number;
      case Event.DeliveryWithdrawn e -> e.worker() == worker.number;
      case Event.ProtocolViolated e -> e.worker() == worker.number;
      default -> false;
    };
  }

  private static boolean judgesAnything(Event event) {
    return !(event instanceof Event.AlarmRang
        || event instanceof Event.RevokeAnswered
        || event instanceof Event.WorkerGrown
        || event instanceof Event.MemorySeen
        || event instanceof Event.TaskAbandoned
        || event instanceof Event.WithdrawalAsked
        || event instanceof Event.ShutdownAsked
        || event instanceof Event.StopAsked);
  }

  private boolean mayFinish() {
    return (draining || judge.stopping())
        && !judge.someOpen()
        && workers.values().stream().allMatch(worker -> worker.died);
  }

  private WorkerBook worker(int number) {
    WorkerBook worker = workers.get(number);
    Violation.unless(worker != null, "nobody launched worker %d", number);
    return Objects.requireNonNull(worker);
  }

  private void ready(WorkerBook worker) {
    worker.ready = true;
    if (worker.counts()) {
      notices.add(new Effect.Tell(new PoolEvent.WorkerReady(worker.number, worker.pid)));
    }
  }

  private void grown(WorkerBook worker, Event.WorkerGrown e) {
    if (worker.counts() && !worker.grown) {
      worker.grown = true;
      notices.add(
          new Effect.Tell(new PoolEvent.WorkerGrown(worker.number, e.heldBytes(), e.limitBytes())));
    }
  }

  /** The item that has truly ended at its worker; null if nobody wants it any more. */
  private @Nullable Item ended(WorkerBook worker, long delivery, int index) {
    Hand hand = worker.hand(delivery);
    if (hand == null) {
      Violation.unless(worker.lied, "the world published what nobody delivered: %d", delivery);
      return null;
    }
    boolean fits = hand.next == index && (hand.live || hand.late);
    Violation.unless(
        fits || !hand.task.open(), "published though revoked: item %d of %d", index, delivery);
    hand.next++;
    hand.lookNotBefore = 0;
    if (hand.next == hand.order.to() && hand.live) {
      worker.hands.remove(hand);
    }
    worker.toldBegun = true;
    proven(worker);
    return hand.task.open() ? hand.task.items.get(index) : null;
  }

  /** It has come to work: starts do succeed, and early deaths are counted anew. */
  private void proven(WorkerBook worker) {
    if (!worker.proven) {
      worker.proven = true;
      early.clear();
      earlyCauses.clear();
    }
  }

  private void returned(WorkerBook worker, Event.ItemReturned e) {
    Item item = ended(worker, e.delivery(), e.item());
    if (item != null) {
      saw(item, e.result());
      judge.returned(item, e.result());
    }
  }

  private void threw(WorkerBook worker, Event.ItemThrew e) {
    Item item = ended(worker, e.delivery(), e.item());
    if (item != null) {
      saw(item, e.error());
      judge.fail(item, new Failure(e.cause(), e.types(), null, true), e.error());
    }
  }

  private void saw(Item item, ItemResult result) {
    long peak = result.attempt().peakBytes();
    item.peakBytes = Math.max(item.peakBytes, peak);
    memory.book.ended(item.task.name, peak);
  }

  /** How much memory the worker was seen to hold while it was at the item that was lost with it. */
  private static long peak(Hand hand, Event.WorkerDied e) {
    return e.death().lastSeen().stream()
        .filter(s -> s.delivery() == hand.order.delivery() && s.item() == hand.next)
        .mapToLong(Death.Standing::peakBytes)
        .max()
        .orElse(0);
  }

  private void withdrawn(WorkerBook worker, long delivery, boolean honest) {
    Hand hand = worker.hand(delivery);
    if (hand != null && !hand.late && !hand.live) {
      worker.hands.remove(hand);
    } else {
      Violation.unless(
          hand == null || hand.late || !honest, "passed over without reason: %d", delivery);
    }
  }

  private void answered(WorkerBook worker, Event.RevokeAnswered e) {
    worker.toldBegun |=
        switch (e.answer()) {
          case Revocation.Withdrawn a -> false;
          case Revocation.Published a -> false;
          case Revocation.Stopped a -> true;
          case Revocation.Begun a -> true;
          case Revocation.InTime a -> a.begun();
        };
    Hand hand = worker.hand(e.delivery());
    if (hand != null && hand.live) {
      answered(worker, hand, e);
    }
    if (hand != null && e.why() == Why.WITHDRAWN) {
      withdrawalAnswered(hand.task, e.answer() instanceof Revocation.Withdrawn);
    }
  }

  private void answered(WorkerBook worker, Hand hand, Event.RevokeAnswered e) {
    long now = agenda.now();
    switch (e.answer()) {
      case Revocation.Withdrawn a -> {
        hand.live = false;
        hand.withdrawn = true;
        worker.given -= hand.rest().size();
        judge.comeBack(hand.rest());
      }
      case Revocation.Stopped a -> {
        proven(worker);
        hand.live = false;
        hand.late = e.why() == Why.LATE;
        if (!hand.late) {
          hand.abandonedAt = Math.min(hand.abandonedAt, now);
          notices.add(new Effect.Interrupt(worker.number, e.delivery()));
        }
        conduct.stopped(worker, hand);
      }
      case Revocation.Published a -> {
        if (e.why() == Why.ABANDONED) {
          hand.abandonedAt = Math.min(hand.abandonedAt, now);
        }
      }
      case Revocation.Begun a -> proven(worker);
      case Revocation.InTime a -> {
        if (a.begun()) {
          proven(worker);
        }
        boolean late = now - worker.frontSince >= script.rules().pickUpNanos();
        boolean runs = a.begun() && a.startedNanos() == hand.truth.startedAt;
        if (runs && hand.truth.item == hand.next) {
          boolean limited = hand.task.rules.limited();
          hand.lookNotBefore =
              limited ? a.startedNanos() + hand.task.rules.limitNanos() : WorkerBook.NEVER;
        }
        if (!a.begun() && hand == worker.front() && late) {
          worker.suspectedAt = Math.min(worker.suspectedAt, now);
        }
      }
    }
  }

  private void withdrawalAsked(long id) {
    Withdrawal withdrawal = new Withdrawal();
    for (WorkerBook worker : workers.values()) {
      withdrawal.asked += worker.hands.stream().filter(h -> h.live && h.task.id == id).count();
    }
    withdrawals.put(id, withdrawal);
    if (withdrawal.asked == 0) {
      judge.abandoned(id);
    }
  }

  private void withdrawalAnswered(TaskBook task, boolean withdrawn) {
    Withdrawal withdrawal = Objects.requireNonNull(withdrawals.get(task.id));
    withdrawal.asked--;
    withdrawal.refused |= !withdrawn;
    if (withdrawal.asked == 0 && !withdrawal.refused) {
      judge.abandoned(task.id);
    }
  }

  private void died(WorkerBook worker, Event.WorkerDied e) {
    Diagnosis diagnosis = e.death().diagnosis();
    Cause cause = diagnosis.cause();
    boolean known = !e.death().lastSeen().isEmpty();
    boolean asked = cause == Cause.SHUTDOWN || worker.dismissedAt != WorkerBook.NEVER;
    boolean crashed = !asked && cause.kind() == Cause.Kind.CRASH;
    judge.deaths += crashed ? 1 : 0;
    notices.add(new Effect.ForgetWorker(worker.number));
    notices.add(new Effect.Tell(new PoolEvent.WorkerDied(worker.number, asked, diagnosis)));
    Hand guilty = worker.guilty(cause, known);
    memory.book.gone();
    List<Item> back = new ArrayList<>();
    for (Hand hand : List.copyOf(worker.hands)) {
      if (!hand.task.open() || !(hand.live || hand.late)) {
        continue;
      }
      if (hand == guilty) {
        Item item = hand.item();
        item.peakBytes = Math.max(item.peakBytes, peak(hand, e));
        memory.book.lost(item.task.name, hand.late ? Cause.TIMEOUT : cause, peak(hand, e));
        hand.next++;
        boolean own = hand.truth == conduct.diedOf(worker.number) && !hand.late;
        Failure failure = new Failure(hand.late ? Cause.TIMEOUT : cause, List.of(), diagnosis, own);
        judge.fail(item, failure, null);
      }
      boolean begun = known && hand.truth.begun() && hand.truth.item == hand.next;
      if (cause == Cause.PREEMPTED && begun && hand.live) {
        hand.item().peakBytes = Math.max(hand.item().peakBytes, peak(hand, e));
        memory.book.lost(hand.task.name, cause, peak(hand, e));
        judge.preempted(hand.item(), diagnosis);
      }
      back.addAll(hand.rest());
    }
    worker.died = true;
    worker.hands.clear();
    judge.comeBack(back);
    if (crashed && guilty == null) {
      maybeEarly(worker, known, diagnosis);
    }
  }

  /** A death is early if the worker had neither finished nor begun an item. */
  private void maybeEarly(WorkerBook worker, boolean known, Diagnosis diagnosis) {
    if (conduct.began(worker.number) && (known || worker.toldBegun)) {
      return;
    }
    if (!worker.usual()) {
      memory.diedEarly(worker.size);
      return;
    }
    conduct.diedEarly();
    early.add(agenda.now());
    earlyCauses.add(diagnosis);
    long period = script.rules().restartLimit().period().toNanos();
    while (agenda.now() - early.getFirst() > period) {
      early.removeFirst();
      earlyCauses.removeFirst();
    }
    if (early.size() >= script.rules().restartLimit().deaths()) {
      List<Diagnosis> causes = earlyCauses.stream().limit(10).toList();
      if (!judge.stopping()) {
        notices.add(new Effect.Tell(new PoolEvent.PoolBroken(causes)));
      }
      judge.stop(new Ending.Broken(causes));
    }
  }

  // ---- after an event: what did follow

  void compare(List<Effect> effects) {
    List<Effect> judged = new ArrayList<>();
    List<Effect> noticed = new ArrayList<>();
    List<Effect> others = memory.takeOwn(effects, event);
    finishIfDue();
    for (Effect effect : others) {
      switch (effect) {
        case Effect.CompleteItem e -> judged.add(judge.withoutWords(e));
        case Effect.EndTask e -> judged.add(judge.withoutWords(e));
        case Effect.RecordLoss e -> judged.add(e);
        case Effect.Tell e when e.event() instanceof PoolEvent.TaskRetried -> judged.add(e);
        case Effect.Tell e -> noticed.add(e);
        case Effect.ForgetWorker e -> noticed.add(e);
        case Effect.Interrupt e -> noticed.add(e);
        case Effect.FinishTermination e -> noticed.add(e);
        default -> {}
      }
    }
    Violation.unless(
        judged.equals(judge.judgements), "due: %s%n but: %s", judge.judgements, judged);
    Violation.unless(
        new HashSet<>(noticed).equals(new HashSet<>(notices)) && noticed.size() == notices.size(),
        "to be told: %s%n but was: %s",
        notices,
        noticed);
  }

  void check(Effect effect) {
    Violation.unless(!finishedBefore, "%s after the end", effect);
    conduct.check(effect, draining);
  }

  void delivered(Effect.Deliver order, SimWorker worker, SimDelivery truth) {
    conduct.delivered(order, worker, truth);
  }

  void paused(long nanos) {
    conduct.paused(nanos);
  }

  boolean holdsAbandoned(int worker) {
    return worker(worker).hands.stream().anyMatch(hand -> !hand.task.open());
  }

  boolean beyondLimits(int worker, SimDelivery delivery) {
    return !judge.task(delivery.order.task()).open() || !worker(worker).up();
  }

  void audit(PoolState state) {
    workers.values().forEach(worker -> worker.refront(agenda.now()));
    conduct.audit(draining);
    judge.checkCounts(state.snapshot("sim"), workers.values());
  }

  /** Nothing more will happen by itself: then nothing may be left to do. */
  void quiet() {
    Violation.unless(!judge.someOpen(), "a hang: %s", judge.tasks());
    if (!draining && !judge.stopping()) {
      conduct.quiet();
    }
  }

  void end(PoolState state) {
    quiet();
    Violation.unless(finished, "no end: %s", state.snapshot("sim"));
    Foresight.check(script, regime, judge.tasks());
  }
}
