package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.pool.Due.Failure;
import dev.outlive.internal.pool.Effect.Ending;
import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.internal.pool.TaskBook.Item;
import dev.outlive.internal.pool.TaskBook.Place;
import dev.outlive.internal.pool.WorkerBook.Hand;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.spi.Revocation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
  private final Map<Long, TaskBook> tasks = new LinkedHashMap<>();
  private final Map<Integer, WorkerBook> workers = new TreeMap<>();
  private final Conduct conduct;
  private final List<Effect> judgements = new ArrayList<>();
  private final List<Effect> notices = new ArrayList<>();

  /** Early deaths within the period. */
  private final Deque<Long> early = new ArrayDeque<>();

  private final Deque<Diagnosis> earlyCauses = new ArrayDeque<>();
  private long batches;
  private boolean draining;
  private boolean stopping;
  private boolean finished;
  private boolean finishedBefore;
  private int submitted;
  private int done;
  private int failed;
  private int cancelled;
  private int retried;
  private int deaths;

  Oracle(Script script, Regime regime, Agenda agenda) {
    this.script = script;
    this.regime = regime;
    this.agenda = agenda;
    this.conduct = new Conduct(script.rules(), agenda, tasks, workers);
  }

  // ---- before an event: what must follow

  void before(Event event, boolean honest) {
    Violation.unless(!finished || !judgesAnything(event), "%s after the end", event);
    judgements.clear();
    notices.clear();
    finishedBefore = finished;
    conduct.before(event);
    if (!honest) {
      workers.values().stream().filter(w -> speaks(w, event)).forEach(w -> w.lied = true);
    }
    switch (event) {
      case Event.TaskSubmitted e -> {
        tasks.put(e.task(), new TaskBook(e));
        submitted += e.items();
      }
      case Event.TaskAbandoned e -> {
        TaskBook task = tasks.get(e.task());
        if (task != null && task.open()) {
          end(task, new Ending.Abandoned());
        }
      }
      case Event.WithdrawalAsked e -> {}
      case Event.ShutdownAsked e -> draining = true;
      case Event.StopAsked e -> stop(new Ending.ShutDown());
      case Event.AlarmRang e -> {}
      case Event.WorkerStarted e -> worker(e.worker()).pid = e.pid();
      case Event.WorkerReady e -> ready(worker(e.worker()));
      case Event.ItemReturned e -> {
        if (honest) {
          returned(worker(e.worker()), e);
        }
      }
      case Event.ItemThrew e -> {
        if (honest) {
          threw(worker(e.worker()), e);
        }
      }
      case Event.DeliveryWithdrawn e -> withdrawn(worker(e.worker()), e.delivery(), honest);
      case Event.RevokeAnswered e -> answered(worker(e.worker()), e);
      case Event.ProtocolViolated e -> {}
      case Event.WorkerDying e -> {
        worker(e.worker()).dyingAt = agenda.now();
        notices.add(new Effect.Tell(new PoolEvent.WorkerDying(e.worker())));
      }
      case Event.WorkerDied e -> died(worker(e.worker()), e);
    }
    workers.values().forEach(worker -> worker.refront(agenda.now()));
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
        || event instanceof Event.TaskAbandoned
        || event instanceof Event.ShutdownAsked
        || event instanceof Event.StopAsked);
  }

  private boolean mayFinish() {
    return (draining || stopping)
        && tasks.values().stream().noneMatch(TaskBook::open)
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
    if (hand.next == hand.order.to() && hand.live) {
      worker.hands.remove(hand);
    }
    worker.toldBegun = true;
    return hand.task.open() ? hand.task.items.get(index) : null;
  }

  private void returned(WorkerBook worker, Event.ItemReturned e) {
    Item item = ended(worker, e.delivery(), e.item());
    if (item != null) {
      complete(item, new Verdict.Returned(e.result(), item.attempt(), Due.lost(item.failures)));
      endIfComplete(item.task);
    }
  }

  private void threw(WorkerBook worker, Event.ItemThrew e) {
    Item item = ended(worker, e.delivery(), e.item());
    if (item != null) {
      fail(item, new Failure(e.cause(), e.types(), null, true), e.error());
    }
  }

  private void withdrawn(WorkerBook worker, long delivery, boolean honest) {
    Hand hand = worker.hand(delivery);
    if (hand == null || hand.late) {
      return;
    }
    if (hand.live && !honest) {
      hand.disowned = hand.asks > 0;
      return;
    }
    if (hand.live && hand.truth.phase == SimDelivery.Phase.STOPPED && hand.task.open()) {
      return; // stopped for being late, and the pool will hear that
    }
    worker.hands.remove(hand);
    if (hand.live) {
      worker.between.add(hand);
      hand.rest().forEach(item -> item.place = Place.BETWEEN);
    }
  }

  private void answered(WorkerBook worker, Event.RevokeAnswered e) {
    long now = agenda.now();
    boolean unbegun =
        e.answer() instanceof Revocation.Withdrawn
            || e.answer() instanceof Revocation.Published
            || e.answer() instanceof Revocation.InTime(boolean begun, long _) && !begun;
    worker.toldBegun |= !unbegun;
    if (worker.between.removeIf(
        hand -> {
          boolean its = hand.order.delivery() == e.delivery();
          if (its) {
            comeBack(hand.rest());
          }
          return its;
        })) {
      return;
    }
    Hand hand = worker.hand(e.delivery());
    if (hand == null || !hand.live) {
      return;
    }
    hand.asks--;
    switch (e.answer()) {
      case Revocation.Withdrawn a -> {
        hand.live = false;
        comeBack(hand.rest());
        believe(worker, hand);
      }
      case Revocation.Stopped a -> {
        hand.live = false;
        hand.late = e.why() == Why.LATE;
        if (!hand.late) {
          hand.abandonedAt = Math.min(hand.abandonedAt, now);
        }
        conduct.stopped(worker, hand);
        believe(worker, hand);
      }
      case Revocation.Published a -> {
        if (e.why() == Why.ABANDONED) {
          hand.abandonedAt = Math.min(hand.abandonedAt, now);
        }
      }
      case Revocation.Begun a -> {}
      case Revocation.InTime a -> {
        boolean late = now - worker.frontSince >= script.rules().pickUpNanos();
        if (!a.begun() && hand == worker.front() && late) {
          worker.suspectedAt = Math.min(worker.suspectedAt, now);
        }
      }
    }
  }

  /** Nobody can tell that the worker lied: it may have passed over what was revoked. */
  private static void believe(WorkerBook worker, Hand hand) {
    if (hand.disowned && !hand.late) {
      worker.hands.remove(hand);
    }
  }

  private void comeBack(List<Item> items) {
    batches++;
    for (Item item : items) {
      if (item.task.open() && item.place != Place.ENDED) {
        item.place = Place.BACK;
        item.cameBack = batches;
        item.cameBackAs = items.indexOf(item);
      }
    }
  }

  private void died(WorkerBook worker, Event.WorkerDied e) {
    Diagnosis diagnosis = e.death().diagnosis();
    Cause cause = diagnosis.cause();
    boolean known = !e.death().lastSeen().isEmpty();
    boolean asked = cause == Cause.SHUTDOWN || worker.dismissedAt != WorkerBook.NEVER;
    boolean crashed = !asked && cause.kind() == Cause.Kind.CRASH;
    deaths += crashed ? 1 : 0;
    notices.add(new Effect.ForgetWorker(worker.number));
    notices.add(new Effect.Tell(new PoolEvent.WorkerDied(worker.number, asked, diagnosis)));
    Hand guilty = worker.guilty(cause, known);
    List<Item> back = new ArrayList<>();
    worker.between.forEach(hand -> back.addAll(hand.rest()));
    for (Hand hand : List.copyOf(worker.hands)) {
      if (!hand.task.open() || !(hand.live || hand.late)) {
        continue;
      }
      if (hand == guilty) {
        Item item = hand.item();
        hand.next++;
        boolean own = hand.truth == conduct.diedOf(worker.number) && !hand.late;
        Failure failure = new Failure(hand.late ? Cause.TIMEOUT : cause, List.of(), diagnosis, own);
        fail(item, failure, null);
      }
      back.addAll(hand.rest());
    }
    worker.died = true;
    worker.hands.clear();
    worker.between.clear();
    comeBack(back);
    if (crashed && guilty == null) {
      maybeEarly(worker, known, diagnosis);
    }
  }

  /** A death is early if the worker had neither finished nor begun an item. */
  private void maybeEarly(WorkerBook worker, boolean known, Diagnosis diagnosis) {
    if (conduct.began(worker.number) && (known || worker.toldBegun)) {
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
      if (!stopping) {
        notices.add(new Effect.Tell(new PoolEvent.PoolBroken(causes)));
      }
      stop(new Ending.Broken(causes));
    }
  }

  // ---- judgement

  private void fail(Item item, Failure failure, @Nullable ItemResult error) {
    TaskBook task = item.task;
    item.failures.add(failure);
    Due due = Due.after(task.rules, item.failures);
    int attempts = item.failures.size();
    Diagnosis lost = failure.lost();
    if (lost != null) {
      judgements.add(new Effect.RecordLoss(task.id, item.index, attempts, due.again(), lost));
    }
    if (due.again()) {
      retried++;
      item.place = Place.RETRY;
      item.notBefore = agenda.now() + due.least();
      item.readyBy = agenda.now() + due.most() + (due.most() > 0 ? World.LATENESS : 0);
      judgements.add(
          new Effect.Tell(
              new PoolEvent.TaskRetried(task.id, item.index, attempts, failure.cause())));
      return;
    }
    Verdict verdict = Due.verdict(task.rules, item.failures, error);
    complete(item, verdict);
    if (due.policy() == FailurePolicy.SKIP) {
      endIfComplete(task);
    } else if (due.policy() == FailurePolicy.FAIL) {
      end(task, new Ending.Failed(item.index));
    } else {
      stop(new Ending.Aborted(task.id, item.index, verdict));
    }
  }

  private void complete(Item item, Verdict verdict) {
    Violation.unless(item.place == Place.OUT, "a second end of %s: %s", item, verdict);
    item.place = Place.ENDED;
    item.verdict = verdict;
    item.task.unfinished--;
    done += verdict instanceof Verdict.Returned ? 1 : 0;
    failed += verdict instanceof Verdict.Returned ? 0 : 1;
    judgements.add(new Effect.CompleteItem(item.task.id, item.index, verdict));
  }

  private void endIfComplete(TaskBook task) {
    if (task.unfinished == 0) {
      end(task, new Ending.AllDone());
    }
  }

  private void end(TaskBook task, Ending ending) {
    task.ending = ending;
    cancelled += task.unfinished;
    judgements.add(new Effect.EndTask(task.id, ending));
  }

  private void stop(Ending ending) {
    if (!stopping && !finished) {
      stopping = true;
      conduct.stopping(ending);
      tasks.values().stream().filter(TaskBook::open).forEach(task -> end(task, ending));
    }
  }

  // ---- after an event: what did follow

  void judge(List<Effect> effects) {
    List<Effect> judged = new ArrayList<>();
    List<Effect> noticed = new ArrayList<>();
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.CompleteItem e -> judged.add(e);
        case Effect.EndTask e -> judged.add(e);
        case Effect.RecordLoss e -> judged.add(e);
        case Effect.Tell e when e.event() instanceof PoolEvent.TaskRetried -> judged.add(e);
        case Effect.Tell e -> noticed.add(e);
        case Effect.ForgetWorker e -> noticed.add(e);
        case Effect.FinishTermination e -> noticed.add(e);
        default -> {}
      }
    }
    Violation.unless(judged.equals(judgements), "due: %s%n but: %s", judgements, judged);
    Violation.unless(
        new HashSet<>(noticed).equals(new HashSet<>(notices)) && noticed.size() == notices.size(),
        "to be told: %s%n but was: %s",
        notices,
        noticed);
  }

  void check(Effect effect) {
    Violation.unless(!finishedBefore, "%s after the end", effect);
    conduct.check(effect, draining, stopping);
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
    TaskBook task = tasks.get(delivery.order.task());
    return task == null || !task.open() || !worker(worker).up();
  }

  void audit(PoolState state) {
    workers.values().forEach(worker -> worker.refront(agenda.now()));
    conduct.audit(draining, stopping);
    Tallies.check(
        state.snapshot("sim"), submitted, done, failed, cancelled, retried, deaths, workers);
  }

  /** Nothing more will happen by itself: then nothing may be left to do. */
  void quiet() {
    for (TaskBook task : tasks.values()) {
      Violation.unless(!task.open(), "a hang: task %d is open: %s", task.id, task.items);
    }
  }

  void end(PoolState state) {
    quiet();
    Violation.unless(finished, "no end: %s", state.snapshot("sim"));
    Collection<TaskBook> all = tasks.values();
    Violation.unless(done + failed + cancelled == submitted, "items lost: %s", all);
    Foresight.check(script, regime, all);
  }
}
