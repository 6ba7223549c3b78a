package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.spi.Death;
import dev.outlive.spi.KillReason;
import org.jspecify.annotations.Nullable;

/**
 * A range of a job's items that was handed to a worker, under a number that is never used again.
 *
 * <pre>
 *             +-- recalled --> RECALLED  its items wait again          --+
 *   LIVE -----+-- abandoned -> ABANDONED its job is over               --+--> withdrawn: gone
 *     |       +-- late ------> LATE      its worker is being killed
 *     +-- last item ended: gone
 * </pre>
 */
final class Delivery {
  enum Phase {
    LIVE,
    RECALLED,
    ABANDONED,
    LATE
  }

  /** What a look at an item that may be late comes to. */
  enum Look {
    LATER,
    NEVER_PICKED_UP
  }

  /** After a worker left its work untouched for the allowed time, one more look this much later. */
  private static final long SECOND_LOOK_NANOS = 1_000_000_000L;

  final long number;
  final int slot;
  final Job job;
  final int to;
  final History history;

  /** The first item that has not ended. */
  int next;

  Phase phase = Phase.LIVE;

  /** The item at which it was stopped: those before it were published, and their results count. */
  int stoppedAt;

  /** An {@link Effect.Revoke} is out; its answer is the next event. */
  boolean asked;

  /** It was taken back before it had begun: there is nothing to wait for but its passing over. */
  boolean withdrawn;

  /** When to kill its worker, and why, unless its next item ends before. */
  long killAt = Long.MAX_VALUE;

  @Nullable KillReason killFor;

  /** The item for which its worker was killed; -1: none. */
  int condemned = -1;

  /** The worker is known to have come to it: there is no use in recalling it. */
  boolean begun;

  /** When to look whether its item is late; {@link Long#MAX_VALUE}: not at all. */
  long checkAt = Long.MAX_VALUE;

  private long watchedSince;
  private long suspectedSince = Long.MAX_VALUE;
  private long startedAt = Long.MAX_VALUE;

  Delivery(long number, int slot, Job.Piece piece) {
    this.number = number;
    this.slot = slot;
    this.job = piece.job();
    this.next = piece.from();
    this.to = piece.to();
    this.history = piece.history();
  }

  boolean live() {
    return phase == Phase.LIVE;
  }

  /** Whether its results are still awaited: it is live, or late with earlier items published. */
  boolean awaits(int item) {
    return live() || (phase == Phase.LATE && item < stoppedAt);
  }

  Job.@Nullable Piece rest() {
    return next < to ? new Job.Piece(job, next, to, history) : null;
  }

  /** Its next item has ended: what was asked or due for that one is so no more. */
  void itemsEnded(int items) {
    next += items;
    startedAt = Long.MAX_VALUE;
    killAt = Long.MAX_VALUE;
    killFor = null;
  }

  void killLater(long at, KillReason reason) {
    if (at < killAt) {
      killAt = at;
      killFor = reason;
    }
  }

  /** Its next item is being published: by when its limit is over, if it began no later than now. */
  long limitOver(long now) {
    return Math.max(now, Math.min(now, startedAt) + job.rules.limitNanos());
  }

  /** Its next item is the worker's next: from now on it should be picked up, and end in time. */
  void watch(long now, long pickUpNanos) {
    watchedSince = now;
    suspectedSince = Long.MAX_VALUE;
    checkAt = now + Math.min(job.rules.limitNanos(), pickUpNanos);
  }

  /** The item runs since then: look again when its time is up. */
  void runsSince(long startedNanos, long now) {
    startedAt = startedNanos;
    suspectedSince = Long.MAX_VALUE;
    checkAt =
        job.rules.limited()
            ? Math.max(now + 1, startedNanos + job.rules.limitNanos())
            : Long.MAX_VALUE;
  }

  /**
   * The item has not begun. A pool whose own process was stopped for a while sees every worker late
   * at once, so nothing is concluded from one look.
   */
  Look notBegun(long now, long pickUpNanos) {
    if (now - watchedSince < pickUpNanos) {
      checkAt = now + Math.min(job.rules.limitNanos(), pickUpNanos - (now - watchedSince));
      return Look.LATER;
    }
    suspectedSince = Math.min(suspectedSince, now);
    long left = SECOND_LOOK_NANOS - (now - suspectedSince);
    checkAt = now + Math.min(job.rules.limitNanos(), left);
    return left > 0 ? Look.LATER : Look.NEVER_PICKED_UP;
  }

  /** The most memory that its worker, which has died, was seen to hold during its next item. */
  long peakBytes(Death death) {
    for (Death.Standing seen : death.lastSeen()) {
      if (seen.delivery() == number && seen.item() == next) {
        return Math.max(0, seen.peakBytes());
      }
    }
    return 0;
  }

  /** Whether it was run when its worker was killed for the sake of others. */
  boolean preemptedAt(Death death) {
    return death.diagnosis().cause() == Cause.PREEMPTED
        && death.lastSeen().stream()
            .anyMatch(seen -> seen.delivery() == number && seen.item() == next && seen.begun());
  }

  /**
   * Whether its worker, which has died, had begun its next item. Where nobody knows, it had if it
   * was the worker's first, since a worker says when it passes over one. A worker that the pool
   * itself has killed on another's account is no reason to blame anybody.
   */
  boolean begunAt(Death death, boolean first) {
    Cause cause = death.diagnosis().cause();
    boolean onAnothersAccount = cause == Cause.TIMEOUT && condemned != next;
    if (cause.kind() == Cause.Kind.OURS || onAnothersAccount) {
      return false;
    }
    if (death.lastSeen().isEmpty()) {
      return first && cause != Cause.UNRESPONSIVE;
    }
    for (Death.Standing seen : death.lastSeen()) {
      if (seen.delivery() == number) {
        return seen.item() > next || (seen.item() == next && seen.begun());
      }
    }
    return false;
  }
}
