package dev.outlive.internal.pool;

import static dev.outlive.internal.pool.Script.SECOND;

import dev.outlive.failure.Cause;
import dev.outlive.internal.pool.TaskBook.Item;
import dev.outlive.internal.pool.TaskBook.Place;
import dev.outlive.internal.pool.WorkerBook.Hand;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.spi.KillReason;
import dev.outlive.spi.MemoryView;
import dev.outlive.spi.WorkerSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of an {@link Oracle} that watches what a pool does about memory: who begins, who is held
 * up, who is preempted, who fails in vain, and who leaves.
 */
final class MemoryCheck {
  /** How long a retry may wait though nothing is in its way. */
  private static final long PATIENCE = SECOND;

  private final PoolRules rules;
  private final Agenda agenda;
  private final Judge judge;
  private final Map<Integer, WorkerBook> workers;
  final MemoryBook book;
  private final Census census;
  private boolean watched;

  /** Who may be preempted now; none: nobody. */
  private List<WorkerBook> victims = List.of();

  /** Whom it has chosen. */
  private @Nullable WorkerBook victim;

  /** Somebody who waits for a worker of that size is to be told that there is none. */
  private @Nullable WorkerSize failedSize;

  private long stuckSince = WorkerBook.NEVER;

  MemoryCheck(
      PoolRules rules,
      Agenda agenda,
      Judge judge,
      Map<Integer, WorkerBook> workers,
      Census census) {
    this.census = census;
    this.rules = rules;
    this.agenda = agenda;
    this.judge = judge;
    this.workers = workers;
    this.book = new MemoryBook(rules.memory(), agenda, judge, workers);
  }

  // ---- before an event

  void before() {
    victims = List.of();
    victim = null;
    failedSize = null;
  }

  /** Takes a view in; returns what is to be told of it. */
  List<Effect> seen(MemoryView view) {
    List<Effect> told = new ArrayList<>();
    if (book.seen(view)) {
      told.add(
          new Effect.Tell(
              book.low
                  ? new PoolEvent.MemoryLow(
                      view.freeBytes(),
                      book.hold(),
                      view.totalBytes(),
                      view.stalledPercent(),
                      view.place())
                  : new PoolEvent.MemoryBack(view.freeBytes(), book.hold(), view.place())));
    }
    if (!judge.stopping() && view.freeBytes() < book.preempt() && book.showsLastGone()) {
      victims = victims();
    }
    return told;
  }

  /** The newest of what can be tried again, unless one is on its way out or nothing else is run. */
  private List<WorkerBook> victims() {
    long newest = Long.MIN_VALUE;
    List<WorkerBook> all = new ArrayList<>();
    for (WorkerBook worker : workers.values()) {
      if (worker.preempted && !worker.died) {
        return List.of();
      }
      Hand at = worker.busy() ? worker.at() : null;
      if (at != null && triedAgain(at.task.rules) && worker.atSince >= newest) {
        if (worker.atSince > newest) {
          all.clear();
        }
        newest = worker.atSince;
        all.add(worker);
      }
    }
    all.removeIf(worker -> !book.othersAtWork(worker));
    return all;
  }

  /** Whether it would be tried again if it were the first that the kernel kills. */
  private static boolean triedAgain(TaskRules rules) {
    for (var policy : rules.retry()) {
      if (policy.covers(Cause.KERNEL_OOM, List.of())) {
        return policy.attempts() > 1;
      }
    }
    return false;
  }

  /** A worker of that size has died early. */
  void diedEarly(WorkerSize size) {
    census.count("a size died early");
    failedSize = size;
  }

  // ---- what is told and judged

  /** Checks what the pool says of its own accord; returns what else it says. */
  List<Effect> takeOwn(List<Effect> effects, Event event) {
    List<Effect> others = new ArrayList<>();
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Tell(PoolEvent.TaskPreempted e) -> preempted(e, effects);
        case Effect.Tell(PoolEvent.TaskWaitsForMemory e) -> waits(e);
        case Effect.CompleteItem e -> {
          Item item = judge.task(e.task()).items.get(e.item());
          if (item.place == Place.RETRY) {
            inVain(item, e.verdict(), event);
          }
          others.add(e);
        }
        default -> others.add(effect);
      }
    }
    Violation.unless(victims.isEmpty() || victim != null, "nothing was preempted");
    Violation.unless(failedSize == null || !surelyAwaited(failedSize), "nobody was told");
    return others;
  }

  private void preempted(PoolEvent.TaskPreempted e, List<Effect> effects) {
    WorkerBook worker = workers.get(e.worker());
    Hand at = worker == null ? null : worker.at();
    MemoryView view = book.view;
    Violation.unless(victim == null && victims.contains(worker), "%s, not of %s", e, victims);
    Violation.unless(
        at != null
            && view != null
            && e.task() == at.task.id
            && e.index() == at.next
            && e.attempt() == at.item().attempt()
            && e.freeBytes() == view.freeBytes()
            && e.limitBytes() == book.preempt(),
        "%s is not so",
        e);
    victim = worker;
    int told = effects.indexOf(new Effect.Tell(e));
    boolean killed =
        effects.subList(told, effects.size()).stream()
            .anyMatch(
                effect ->
                    effect instanceof Effect.KillWorker(int w, KillReason reason, String _)
                        && w == e.worker()
                        && reason == KillReason.PREEMPTED);
    Violation.unless(killed, "%s, and its worker lives on", e);
  }

  boolean isVictim(WorkerBook worker) {
    worker.preempted |= worker == victim;
    return worker == victim;
  }

  private void waits(PoolEvent.TaskWaitsForMemory e) {
    Item item = judge.task(e.task()).items.get(e.index());
    MemoryView view = book.view;
    Violation.unless(
        book.waiting().contains(item)
            && book.mayBeShort(item)
            && !item.wait.told
            && view != null
            && e.attempt() == item.attempt()
            && e.neededBytes() == item.peakBytes
            && e.freeBytes() <= view.freeBytes()
            && e.freeBytes() < e.neededBytes(),
        "%s is not so: %s",
        e,
        item);
    item.wait.told = true;
  }

  /** It is not tried again, though its rules say so. */
  private void inVain(Item item, Verdict verdict, Event event) {
    boolean lawful;
    if (event instanceof Event.WorkerDied) {
      WorkerSize size = failedSize;
      lawful = size != null && item.wants.fits(size) && agenda.now() >= item.notBefore;
      failedSize = null;
      census.count("in vain for want of a worker");
    } else {
      lawful =
          event instanceof Event.AlarmRang
              && item.wants.waits()
              && agenda.now() - item.wants.waitNanos() >= item.notBefore
              && item.wait.perhapsSeenAt != WorkerBook.NEVER
              && (item.wait.told || item.wait.hidden)
              && !book.surelyEnough(item);
    }
    Violation.unless(lawful, "given up without a reason: %s: %s", item, verdict);
    census.count("item " + verdict.getClass().getSimpleName() + " in vain");
    judge.inVain(item);
  }

  /** Whether what waits in the queue may have to wait, though there is a worker for it. */
  boolean isHeldUp() {
    census.count("held up");
    return book.mayBeHeldUp();
  }

  // ---- effects

  void launched(WorkerBook worker) {
    if (worker.usual()) {
      Violation.unless(!book.low || mayGrow(), "worker %d while memory is low", worker.number);
      return;
    }
    boolean another =
        workers.values().stream()
            .anyMatch(
                w ->
                    w != worker
                        && w.counts()
                        && w.hands.isEmpty()
                        && quota(w) > 0
                        && w.size.equals(worker.size));
    Violation.unless(isAwaited(worker.size), "nobody wants %s", worker.size);
    Violation.unless(!another, "there is another of %s", worker.size);
  }

  /** While memory is low one worker is enough, but for the least, spares and successors. */
  private boolean mayGrow() {
    int busy = 0;
    int replaced = 0;
    int behind = 0;
    int counted = 0;
    for (WorkerBook worker : workers.values()) {
      boolean stays = quota(worker) > rules.crew().recycleAfter() / 4;
      counted += worker.counts() && worker.usual() && !worker.grown && stays ? 1 : 0;
      busy += worker.busy() ? 1 : 0;
      replaced += worker.counts() && worker.grown ? 1 : 0;
      behind += worker.busy() && worker.hands.size() > 1 ? 1 : 0;
    }
    int wanted = Math.max(rules.crew().least(), Math.max(1, busy) + behind + replaced);
    return counted <= wanted + rules.crew().spares();
  }

  private boolean isAwaited(WorkerSize size) {
    return book.special().stream().anyMatch(item -> item.wants.fits(size));
  }

  private boolean surelyAwaited(WorkerSize size) {
    return book.special().stream()
        .anyMatch(item -> item.wants.fits(size) && agenda.now() >= item.readyBy);
  }

  void deliver(Effect.Deliver e, WorkerBook worker) {
    Item first = judge.task(e.task()).items.get(e.from());
    boolean behind = !worker.hands.isEmpty();
    Violation.unless(first.wants.fits(worker.size), "%s: not the size of %s", e, first);
    Violation.unless(!book.someRunsAlone(), "%s beside what runs alone", e);
    Violation.unless(!first.wants.alone() || !book.othersAtWork(null), "%s does not run alone", e);
    Violation.unless(book.mayBegin(first), "%s: there is no memory for %s", e, first);
    Violation.unless(book.begins(first), "%s: its memory was given to another: %s", e, first);
    for (Item other : book.special()) {
      boolean itsTurn = first.wants.special() && first.notBefore <= other.readyBy;
      Violation.unless(
          other == first || itsTurn || !book.mustHoldUp(other), "%s holds up %s", e, other);
    }
    count(first);
    boolean others = book.othersAtWork(worker);
    Violation.unless(!book.low || !others, "%s while memory is low", e);
    if (!first.wants.special()) {
      TaskBook task = first.task;
      boolean same = behind && worker.hands.getLast().task.name.equals(task.name);
      Violation.unless(same || !book.surelyTooMuch(worker, task.name), "%s does not fit in", e);
      boolean better =
          workers.values().stream()
              .anyMatch(w -> w.idle() && w.usual() && !w.grown && quota(w) > 0);
      Violation.unless(!worker.grown || (!behind && !better), "%s to a worker that has grown", e);
    }
  }

  private void count(Item item) {
    boolean retry = item.place == Place.RETRY;
    if (item.wants.sized()) {
      census.count("Deliver to a size");
    }
    if (item.wants.alone()) {
      census.count("Deliver alone");
    }
    if (item.preempted) {
      census.count("Deliver after preemption");
    }
    if (retry && item.wants.waits()) {
      boolean seen = item.wait.enoughIn != WorkerBook.NEVER;
      census.count(!seen ? "Deliver unseen" : item.wait.told ? "Deliver after a wait" : "Deliver");
    }
  }

  private int quota(WorkerBook worker) {
    return rules.crew().recycleAfter() - worker.given;
  }

  /** Whether a worker that has nothing to do may be let go for a reason of memory. */
  boolean mayLeave(WorkerBook worker, boolean draining) {
    if (worker.grown || !worker.usual()) {
      census.count("DismissWorker " + (worker.grown ? "grown" : "of a size"));
    } else if (book.someoneMayBeShort()) {
      census.count("DismissWorker in the way");
    }
    if (!worker.usual()) {
      return !surelyAwaited(worker.size) || book.someoneMayBeShort() || book.maySuspect();
    }
    long others = workers.values().stream().filter(w -> w != worker && w.up() && w.usual()).count();
    int least = draining ? 0 : rules.crew().least();
    boolean replaced = worker.grown && others >= Math.max(1, least);
    return replaced || book.someoneMayBeShort() || book.maySuspect();
  }

  void watch(Effect.WatchMemory e) {
    Violation.unless(e.closely() != watched, "%s a second time", e);
    watched = e.closely();
  }

  // ---- after each event

  void audit(boolean settled, boolean draining) {
    if (judge.stopping() || !settled || (draining && !judge.someOpen())) {
      return;
    }
    long now = agenda.now();
    boolean alone = book.someRunsAlone() || book.mayDrain();
    boolean wantsWatch = book.low;
    boolean mayWatch = book.low || book.rules.learns();
    for (Item item : book.waiting()) {
      wantsWatch |= book.surelyShort(item);
      mayWatch = true;
      item.wait.hidden |= book.special().size() > 1 || book.someRunsAlone();
      item.wait.isOver |=
          !alone && !item.wants.special() && now >= item.readyBy && book.surelyEnough(item);
      Violation.unless(
          !book.surelyShort(item) || now <= item.readyBy + item.wants.waitNanos() + World.SLACK,
          "waits for too long: %s",
          item);
    }
    Violation.unless(!wantsWatch || watched, "nobody looks closely for %s", book.waiting());
    Violation.unless(mayWatch || !watched, "who looks closely looks for nobody");
    boolean inTheWay =
        !alone && !book.rules.learns() && book.waiting().stream().anyMatch(book::shortForIdle);
    int least = Math.max(rules.crew().most(), rules.crew().least());
    long fit = workers.values().stream().filter(w -> w.up() && w.usual() && !w.grown).count();
    for (WorkerBook worker : workers.values()) {
      boolean idle = worker.idle();
      Violation.unless(
          !idle || worker.usual() || isAwaited(worker.size),
          "nobody wants worker %d of %s",
          worker.number,
          worker.size);
      Violation.unless(
          !idle || !inTheWay, "worker %d holds memory that is waited for", worker.number);
      Violation.unless(
          !idle || !worker.grown || !worker.usual() || fit < least + 1,
          "worker %d has grown, has successors, and stays",
          worker.number);
    }
    stuck(alone);
  }

  /** A retry that wants a worker of its own, or all for itself, waits though it could have that. */
  private void stuck(boolean held) {
    long now = agenda.now();
    boolean stuck = false;
    for (Item item : book.special()) {
      boolean alone = item.wants.alone();
      boolean starting =
          workers.values().stream()
              .anyMatch(w -> w.counts() && !w.ready && item.wants.fits(w.size));
      long busy = workers.values().stream().filter(WorkerBook::busy).count();
      boolean place = busy == 0 || (!alone && !book.low && busy < rules.crew().most());
      stuck |=
          item.wants.special()
              && now >= item.readyBy
              && book.surelyEnough(item)
              && !starting
              && place
              && (alone ? book.special().size() == 1 && !book.someRunsAlone() : !held);
    }
    stuckSince = !stuck ? WorkerBook.NEVER : Math.min(stuckSince, now);
    Violation.unless(
        !stuck || now - stuckSince <= PATIENCE, "a retry waits, and nothing is in its way");
  }

  void paused(long nanos) {
    stuckSince += stuckSince == WorkerBook.NEVER ? 0 : nanos;
  }

  /** Nothing will happen any more. */
  void quiet() {
    for (WorkerBook worker : workers.values()) {
      Violation.unless(
          !worker.counts() || (worker.usual() && !worker.grown),
          "worker %d stays: grown, or of %s",
          worker.number,
          worker.size);
    }
    Violation.unless(!watched || book.low, "who looks closely looks for nobody");
  }
}
