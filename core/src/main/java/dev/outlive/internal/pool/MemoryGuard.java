package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.internal.pool.Job.Piece;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.spi.KillReason;
import dev.outlive.spi.MemoryView;
import dev.outlive.task.Bytes;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What of the memory may be used, and what is done when it runs short: part of {@link PoolState},
 * and as pure. Whatever it says, one task at a time may always run.
 *
 * <pre>
 *   ENOUGH --less than to hold free, or stalled--> LOW --a quarter more than that free--> ENOUGH
 *                                                   '--less than to preempt: one victim at a time
 * </pre>
 */
final class MemoryGuard {
  /** How long everything may stand still for want of memory, of the last ten seconds. */
  private static final double MOST_STALLED_PERCENT = 20;

  /** A view comes at least once a second: when it is so old, nobody is held up for what it says. */
  private static final long STALE_NANOS = 2_000_000_000L;

  private static final Set<Cause> WANT_OF_MEMORY =
      EnumSet.of(
          Cause.KERNEL_OOM,
          Cause.MEMORY_LIMIT,
          Cause.HEAP_OOM,
          Cause.DIRECT_MEMORY_OOM,
          Cause.METASPACE_OOM,
          Cause.NATIVE_MEMORY_OOM,
          Cause.PREEMPTED);

  private final MemoryRules rules;
  private final Turn turn;
  private final Map<Integer, Seat> seats;
  private final LearnedPeaks peaks = new LearnedPeaks();
  private @Nullable MemoryView view;

  /** What was given to tasks since the last view, which they do not hold yet. */
  private long givenBytes;

  /** When a worker was last gone, whose memory a later view only can show. */
  private long lastGoneAt;

  private boolean low;

  MemoryGuard(MemoryRules rules, Turn turn, Map<Integer, Seat> seats) {
    this.rules = rules;
    this.turn = turn;
    this.seats = seats;
  }

  // ---- what is seen

  /**
   * Somebody has looked.
   *
   * @param atWork whether the pool works still: only then tasks are preempted
   */
  void seen(MemoryView next, boolean atWork) {
    view = next;
    givenBytes = 0;
    for (Seat seat : seats.values()) {
      seat.heldBytes = next.heldBytes().getOrDefault(seat.worker, seat.heldBytes);
    }
    judge(next, rules.policy().holdBelow(next.totalBytes(), next.groupKill()));
    long least = rules.policy().preemptBelow(next.totalBytes(), next.groupKill());
    if (atWork && next.freeBytes() < least && seenSince(lastGoneAt)) {
      preempt(next, least);
    }
  }

  /** A worker is gone, with the memory that it held. */
  void gone() {
    lastGoneAt = turn.now();
  }

  private void judge(MemoryView next, long hold) {
    boolean stalled =
        hold > 0
            && next.stalledPercent() >= (low ? MOST_STALLED_PERCENT / 2 : MOST_STALLED_PERCENT);
    boolean nowLow = stalled || next.freeBytes() < (low ? hold + hold / 4 : hold);
    if (nowLow != low) {
      low = nowLow;
      turn.emit(
          new Effect.Tell(
              low
                  ? new PoolEvent.MemoryLow(
                      next.freeBytes(),
                      hold,
                      next.totalBytes(),
                      next.stalledPercent(),
                      next.place())
                  : new PoolEvent.MemoryBack(next.freeBytes(), hold, next.place())));
    }
  }

  /** Kills the worker of the newest task that may run twice, unless that is the last one. */
  private void preempt(MemoryView next, long least) {
    Seat newest = null;
    for (Seat seat : seats.values()) {
      if (seat.killedFor(KillReason.PREEMPTED)) {
        return; // its memory is on its way back
      }
      boolean later = newest == null || seat.atSince() - newest.atSince() > 0;
      newest = seat.busy() && mayRunTwice(seat.at()) && later ? seat : newest;
    }
    Delivery at = newest == null ? null : newest.at();
    if (newest == null || at == null || !othersAtWork(newest)) {
      return;
    }
    turn.emit(
        new Effect.Tell(
            new PoolEvent.TaskPreempted(
                at.job.id, at.next, at.history.attempt(), newest.worker, next.freeBytes(), least)));
    newest.kill(
        KillReason.PREEMPTED,
        new Bytes(next.freeBytes())
            + " of "
            + new Bytes(next.totalBytes())
            + " were free in "
            + next.place()
            + ", which is less than "
            + new Bytes(least),
        turn.out());
  }

  private static boolean mayRunTwice(@Nullable Delivery at) {
    return at != null && at.job.rules.retriable();
  }

  // ---- what is learned

  /** An attempt has ended by itself. */
  void ended(String name, long peakBytes) {
    peaks.saw(name, peakBytes);
  }

  /** An attempt was lost with its worker. */
  void lost(String name, Cause cause, long peakBytes) {
    if (WANT_OF_MEMORY.contains(cause)) {
      peaks.sawInVain(name, peakBytes);
    }
  }

  // ---- what may be done

  /** Whether no task may start while another is at work. */
  boolean low() {
    return low;
  }

  /** When something that waits may be started. */
  enum Start {
    NOW,
    LATER,
    /** Once workers that have nothing to do, or leave, have given their memory back. */
    WHEN_IDLE_ARE_GONE
  }

  /** When a worker that has nothing to do may start this. */
  Start start(Seat seat, Piece next) {
    boolean others = othersAtWork(seat);
    if (others && low) {
      return Start.LATER;
    }
    if (!rules.learns() || fitsBeside(seat, next, other -> true)) {
      return Start.NOW;
    }
    Predicate<Seat> inTheWay = other -> other.idle() || other.ends();
    boolean some = any(other -> other != seat && inTheWay.test(other));
    if (some && (!others || fitsBeside(seat, next, inTheWay.negate()))) {
      return Start.WHEN_IDLE_ARE_GONE;
    }
    return others ? Start.LATER : Start.NOW;
  }

  /**
   * Whether a further worker, beside those at work, could start this: each that only waits takes
   * memory from those that work.
   */
  boolean mayGrow(Piece next) {
    boolean known = rules.learns() && peaks.of(next.job().name) > 0;
    return !known
        || !any(Seat::busy)
        || (!any(seat -> seat.phase == Seat.Phase.STARTING && seat.usual())
            && fitsBeside(null, next, seat -> true));
  }

  /** Whether a worker may have this at hand, which it starts without a further question. */
  boolean mayWaitAt(Seat seat, Piece next) {
    Delivery last = seat.deliveries.peekLast();
    boolean same = last != null && last.job.name.equals(next.job().name);
    return !othersAtWork(seat) || (!low && (!rules.learns() || same));
  }

  private boolean othersAtWork(Seat seat) {
    return any(other -> other != seat && other.busy());
  }

  private boolean any(Predicate<Seat> which) {
    return seats.values().stream().anyMatch(which);
  }

  /** Whether enough stays free if each of those comes to its peak, and this beside them. */
  private boolean fitsBeside(@Nullable Seat seat, Piece next, Predicate<Seat> which) {
    MemoryView last = view;
    if (last == null) {
      return true;
    }
    long all = last.freeBytes();
    long taken = Math.max(seat == null ? 0 : seat.heldBytes, peaks.of(next.job().name));
    for (Seat each : seats.values()) {
      all += each.heldBytes;
      taken += each != seat && which.test(each) ? Math.max(each.heldBytes, due(each)) : 0;
    }
    return taken <= all - rules.policy().holdBelow(last.totalBytes(), last.groupKill());
  }

  private long due(Seat seat) {
    Delivery at = seat.busy() ? seat.at() : null;
    return at == null ? 0 : peaks.of(at.job.name);
  }

  // ---- for what is tried again

  /** Whether so much is free, seen after that time; it is where nobody can see memory. */
  boolean isFree(long bytes, long sinceNanos) {
    return view == null || (seenSince(sinceNanos) && bytes <= freeBytes());
  }

  /** Whether so much would be free if all workers were gone, as far as is known. */
  boolean couldBeFree(long bytes) {
    return !seenSince(lastGoneAt)
        || bytes <= freeBytes() + seats.values().stream().mapToLong(seat -> seat.heldBytes).sum();
  }

  /** Whether so much would be free if those were gone who have nothing to do, or leave. */
  boolean idleHold(long bytes) {
    long held = 0;
    for (Seat seat : seats.values()) {
      held += seat.idle() || seat.ends() ? seat.heldBytes : 0;
    }
    return bytes <= freeBytes() + held;
  }

  /** When a worker was last gone. */
  long lastGoneAt() {
    return lastGoneAt;
  }

  /** From when on what was seen last is too old to hold anybody up. */
  long staleAt() {
    MemoryView last = view;
    return last == null ? Long.MAX_VALUE : last.nanos() + STALE_NANOS;
  }

  boolean seenSince(long nanos) {
    MemoryView last = view;
    return last != null && last.nanos() - nanos >= 0;
  }

  /** How much was free when that was last seen, less what was given away since. */
  long freeBytes() {
    MemoryView last = view;
    return last == null ? 0 : Math.max(0, last.freeBytes() - givenBytes);
  }

  void give(long bytes) {
    givenBytes += bytes;
  }
}
