package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.internal.pool.TaskBook.Item;
import dev.outlive.internal.pool.TaskBook.Place;
import dev.outlive.internal.pool.WorkerBook.Hand;
import dev.outlive.spi.MemoryView;
import dev.outlive.spi.WorkerSize;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The part of an {@link Oracle} that knows what a pool was told about memory, and what it may
 * conclude: reckoned from the words of the API, with doubt where they leave freedom. What
 * <em>surely</em> is so holds whatever a lawful pool has done; what <em>may</em> be so holds if
 * some lawful pool could have done it.
 */
final class MemoryBook {
  private static final Set<Cause> FOR_MEMORY =
      Set.of(
          Cause.KERNEL_OOM,
          Cause.MEMORY_LIMIT,
          Cause.HEAP_OOM,
          Cause.DIRECT_MEMORY_OOM,
          Cause.METASPACE_OOM,
          Cause.NATIVE_MEMORY_OOM,
          Cause.PREEMPTED);

  /** A backend tells at least once a second; then its views have stopped. */
  private static final long OVERDUE = 2 * Script.SECOND;

  private static final long GIB = 1 << 30;

  /** What is known of the peaks of tasks with one name: between these the pool's idea of it is. */
  private static final class Learned {
    long least;
    long most;

    void saw(long bytes, long perhaps) {
      least = bytes >= least ? bytes : least - Math.ceilDiv(least - bytes, 8);
      most = Math.max(most, perhaps);
    }
  }

  /** A worker that is yet to be launched. */
  private static final WorkerBook NOBODY = new WorkerBook(0, WorkerSize.USUAL, 0);

  final MemoryRules rules;
  private final Agenda agenda;
  private final Judge judge;
  private final Map<Integer, WorkerBook> workers;
  private final Map<String, Learned> learned = new HashMap<>();

  /** The last view. */
  @Nullable MemoryView view;

  /** Whether memory is short. */
  boolean low;

  private long views;
  private long firstViewAt = WorkerBook.NEVER;
  private long lastGoneAt;

  /** What was given since the last view to those that wait for memory. */
  private long given;

  /** The same, for whom the last view was the first that showed enough. */
  private long givenByLast;

  MemoryBook(MemoryRules rules, Agenda agenda, Judge judge, Map<Integer, WorkerBook> workers) {
    this.rules = rules;
    this.agenda = agenda;
    this.judge = judge;
    this.workers = workers;
  }

  // ---- what is told

  /** Returns whether memory has become short, or is so no more. */
  boolean seen(MemoryView next) {
    view = next;
    views++;
    firstViewAt = Math.min(firstViewAt, agenda.now());
    given = 0;
    givenByLast = 0;
    for (WorkerBook worker : workers.values()) {
      worker.heldBytes = next.heldBytes().getOrDefault(worker.number, worker.heldBytes);
    }
    for (Item item : waiting()) {
      if (next.nanos() >= item.notBefore) {
        item.wait.perhapsSeenAt = Math.min(item.wait.perhapsSeenAt, agenda.now());
        boolean enough = next.freeBytes() >= item.peakBytes;
        item.wait.enoughIn = Math.min(item.wait.enoughIn, enough ? views : WorkerBook.NEVER);
      }
      if (next.nanos() >= item.readyBy) {
        item.wait.surelySeenAt = Math.min(item.wait.surelySeenAt, agenda.now());
      }
    }
    boolean before = low;
    long hold = hold();
    boolean stalled = hold > 0 && next.stalledPercent() >= (low ? 10 : 20);
    low = stalled || next.freeBytes() < (low ? hold + hold / 4 : hold);
    return low != before;
  }

  /** Below this, memory is short. */
  long hold() {
    MemoryView last = view;
    return last == null
        ? 0
        : rules.policy() == dev.outlive.policy.MemoryPolicy.USUAL
            ? usual(last)
            : rules.policy().holdBelow(0, false);
  }

  /** Below this, tasks are preempted. */
  long preempt() {
    MemoryView last = view;
    return last == null
        ? 0
        : rules.policy() == dev.outlive.policy.MemoryPolicy.USUAL
            ? usual(last) / 2
            : rules.policy().preemptBelow(0, false);
  }

  /** A twentieth and no more than 1 GiB, and twice that where the whole container would die. */
  private static long usual(MemoryView last) {
    long part = Math.min(last.totalBytes() / 20, GIB);
    return last.groupKill() ? part * 2 : part;
  }

  void gone() {
    lastGoneAt = agenda.now();
  }

  /** Whether what the last of the dead had is free in what was seen last. */
  boolean showsLastGone() {
    MemoryView last = view;
    return last != null && last.nanos() >= lastGoneAt;
  }

  void ended(String name, long peakBytes) {
    if (peakBytes > 0) {
      learned.computeIfAbsent(name, n -> new Learned()).saw(peakBytes, peakBytes);
    }
  }

  void lost(String name, Cause cause, long peakBytes) {
    if (FOR_MEMORY.contains(cause) && peakBytes > 0) {
      long more = peakBytes + peakBytes / 4;
      learned.computeIfAbsent(name, n -> new Learned()).saw(peakBytes, more);
    }
  }

  // ---- who waits for memory

  /** The items that may have begun to wait for their next attempt, of tasks that are not over. */
  List<Item> special() {
    return retries(item -> true);
  }

  /** Those of them that may wait for memory. */
  List<Item> waiting() {
    return retries(item -> item.wants.waits());
  }

  private List<Item> retries(java.util.function.Predicate<Item> which) {
    List<Item> all = new ArrayList<>();
    for (TaskBook task : judge.tasks()) {
      for (Item item : task.open() ? task.items : List.<Item>of()) {
        boolean wants = item.wants.special() || item.wants.waits();
        boolean began = item.place == Place.RETRY && agenda.now() >= item.notBefore;
        if (wants && began && which.test(item)) {
          all.add(item);
        }
      }
    }
    return all;
  }

  private long deadline(Item item) {
    return item.notBefore + item.wants.waitNanos();
  }

  /** It may have got to its deadline without a view. */
  private boolean perhapsUnseen(Item item) {
    return agenda.now() >= deadline(item) && item.wait.surelySeenAt > deadline(item);
  }

  /** What may have been given since the last view, but to this one. */
  private long mayBeGiven(Item but) {
    long all = given;
    for (Item item : waiting()) {
      all += item == but ? 0 : item.peakBytes;
    }
    return all;
  }

  /** Whether there may be an attempt at it, as far as memory is concerned. */
  boolean mayBegin(Item item) {
    boolean blind = firstViewAt > item.notBefore;
    return !item.wants.waits()
        || item.place != Place.RETRY
        || item.wait.enoughIn != WorkerBook.NEVER
        || blind
        || perhapsUnseen(item);
  }

  /** There is an attempt at it. Returns whether the last view has not been used twice for that. */
  boolean begins(Item item) {
    if (item.place != Place.RETRY || !item.wants.waits()) {
      return true;
    }
    MemoryView last = view;
    given += item.peakBytes;
    boolean other = firstViewAt > item.notBefore || perhapsUnseen(item);
    givenByLast += !other && item.wait.enoughIn == views ? item.peakBytes : 0;
    return last == null || givenByLast <= last.freeBytes();
  }

  /** Memory is no obstacle to it any more. */
  boolean surelyEnough(Item item) {
    MemoryView last = view;
    return !item.wants.waits()
        || last == null
        || (last.nanos() >= item.readyBy && last.freeBytes() - mayBeGiven(item) >= item.peakBytes);
  }

  /** It has not the memory that it waits for. */
  boolean surelyShort(Item item) {
    MemoryView last = view;
    return item.wants.waits()
        && last != null
        && firstViewAt <= item.notBefore
        && agenda.now() >= item.readyBy
        && last.nanos() >= item.readyBy
        && item.wait.enoughIn == WorkerBook.NEVER
        && !perhapsUnseen(item);
  }

  /** The same, and those who have nothing to do hold what it lacks: so they leave. */
  boolean shortForIdle(Item item) {
    MemoryView last = view;
    long idle =
        workers.values().stream().filter(WorkerBook::idle).mapToLong(w -> w.heldBytes).sum();
    return surelyShort(item)
        && last != null
        && last.freeBytes() - mayBeGiven(item) + idle >= item.peakBytes;
  }

  /** The same, as far as a lawful pool can think so. */
  boolean mayBeShort(Item item) {
    MemoryView last = view;
    return item.wants.waits()
        && last != null
        && last.nanos() >= item.notBefore
        && last.freeBytes() - mayBeGiven(item) < item.peakBytes;
  }

  boolean someoneMayBeShort() {
    return waiting().stream().anyMatch(this::mayBeShort);
  }

  /** What all workers hold together. */
  private long heldByAll() {
    return workers.values().stream().filter(w -> !w.died).mapToLong(w -> w.heldBytes).sum();
  }

  /** It would have its memory if nothing were at work. */
  private boolean surelyCould(Item item) {
    MemoryView last = view;
    return last != null
        && last.nanos() >= lastGoneAt
        && last.freeBytes() - mayBeGiven(item) + heldByAll() >= item.peakBytes;
  }

  private boolean mayHope(Item item) {
    MemoryView last = view;
    return last == null
        || (last.nanos() < lastGoneAt && !standsStill())
        || last.freeBytes() + heldByAll() >= item.peakBytes
        || !surelyShort(item);
  }

  /** Nothing is at work, and a view is overdue that would show what the last worker has left. */
  private boolean standsStill() {
    return !othersAtWork(null) && agenda.now() - lastGoneAt > OVERDUE;
  }

  // ---- who holds up whom

  /** Others may be held up for it. */
  private boolean mayHoldUp(Item item) {
    MemoryView last = view;
    boolean ignorant = item.wants.waits() && last != null && last.nanos() < item.notBefore;
    boolean urgent =
        item.wants.waits() && agenda.now() >= item.notBefore + item.wants.waitNanos() / 2;
    return (item.wants.alone() || urgent)
        && mayHope(item)
        && (!ignorant || perhapsUnseen(item) || item.wait.enoughIn != WorkerBook.NEVER);
  }

  /** Others must wait for it. */
  boolean mustHoldUp(Item item) {
    MemoryView last = view;
    long now = agenda.now();
    if (now < item.readyBy) {
      return false;
    }
    boolean obstacle = !surelyEnough(item);
    boolean seen =
        last != null && last.nanos() >= item.readyBy && now - last.nanos() <= OVERDUE / 2;
    boolean could = seen && surelyShort(item) && surelyCould(item);
    boolean urgent = now >= item.readyBy + item.wants.waitNanos() / 2;
    return item.wants.alone() ? !obstacle || could : item.wants.waits() && urgent && could;
  }

  /** Something runs alone, or may not have ended yet. */
  boolean someRunsAlone() {
    for (WorkerBook worker : workers.values()) {
      for (Hand hand : worker.died ? List.<Hand>of() : worker.hands) {
        if (hand.wants.alone()) {
          return true;
        }
      }
    }
    return false;
  }

  /** What is at work may have to end first, for the sake of one that waits. */
  boolean mayDrain() {
    return special().stream().anyMatch(this::mayHoldUp);
  }

  boolean othersAtWork(@Nullable WorkerBook but) {
    return workers.values().stream().anyMatch(w -> w != but && w.busy());
  }

  /** What waits in the queue may have to wait for want of memory. */
  boolean mayBeHeldUp() {
    return someRunsAlone() || mayDrain() || (low && othersAtWork(null)) || maySuspect();
  }

  // ---- what was learned

  /** By what was learned, something that waits may not fit beside what there is. */
  boolean maySuspect() {
    if (!rules.learns() || view == null) {
      return false;
    }
    long alive = workers.values().stream().filter(w -> !w.died).count();
    for (TaskBook task : alive > 0 ? judge.tasks() : List.<TaskBook>of()) {
      if (task.open() && task.items.stream().anyMatch(i -> i.mayWait(agenda.now()))) {
        for (WorkerBook idle : workers.values()) {
          if (idle.idle() && alive > 1 && !fits(idle, task.name, n -> learnedOf(n).most)) {
            return true;
          }
        }
        if (!fits(NOBODY, task.name, n -> learnedOf(n).most)) {
          return true;
        }
      }
    }
    return false;
  }

  /** It surely does not fit beside what is at work. */
  boolean surelyTooMuch(WorkerBook worker, String name) {
    return rules.learns()
        && view != null
        && othersAtWork(worker)
        && !fits(worker, name, n -> learnedOf(n).least);
  }

  private Learned learnedOf(String name) {
    return learned.getOrDefault(name, new Learned());
  }

  private boolean fits(WorkerBook worker, String name, ToLongFunction<String> peak) {
    MemoryView last = view;
    if (last == null) {
      return true;
    }
    long taken = Math.max(worker.heldBytes, peak.applyAsLong(name));
    for (WorkerBook other : workers.values()) {
      if (other != worker && !other.died) {
        Hand at = other.busy() ? other.at() : null;
        taken += Math.max(other.heldBytes, at == null ? 0 : peak.applyAsLong(at.task.name));
      }
    }
    return taken <= last.freeBytes() + heldByAll() - hold();
  }
}
