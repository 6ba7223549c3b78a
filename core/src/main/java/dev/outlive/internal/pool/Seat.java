package dev.outlive.internal.pool;

import dev.outlive.internal.protocol.WorkerPage;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.spi.Death;
import dev.outlive.spi.KillReason;
import dev.outlive.spi.WorkerSize;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A worker as {@link PoolState} sees it.
 *
 * <pre>
 *   STARTING --ready--> UP --dismissed--> LEAVING --+
 *       |               |                           |
 *       +---------------+----- killed, dying -------+--> DYING --died--> gone
 * </pre>
 *
 * <p>Long, as all that is known of a worker stands here.
 */
final class Seat {
  enum Phase {
    STARTING,
    UP,
    LEAVING,
    DYING
  }

  static final int SLOTS = WorkerPage.SLOTS;

  final int worker;

  /** How much memory it gets. Whoever gets other than usual works for who wants just that. */
  final WorkerSize size;

  Phase phase = Phase.STARTING;
  long pid;

  /** In the order in which the worker will come to them. */
  final Deque<Delivery> deliveries = new ArrayDeque<>();

  /** Whether it is known to have begun an item: its death is then not early. */
  boolean proven;

  /** It was asked to leave. */
  boolean dismissed;

  /** It holds more memory than one may that is to stay: it leaves when another can replace it. */
  boolean grown;

  /** How much memory it held when it was last looked at. */
  long heldBytes;

  private @Nullable KillReason killedFor;
  long itemsDone;

  /** How many items it was given and not asked back. */
  private int given;

  /** When it was launched. */
  final long launchedAt;

  /** Since when it has nothing to do; {@link Long#MAX_VALUE}: it has. */
  long idleSince = Long.MAX_VALUE;

  /** When to kill it, and why, unless it does what is expected before. */
  long killAt = Long.MAX_VALUE;

  @Nullable KillReason killFor;

  private int slotsInUse;
  private @Nullable Delivery watched;
  private @Nullable Delivery before;

  /** What it was at when it was last looked at, and since when. */
  private long atDelivery;

  private int atItem;
  private long atSince;

  Seat(int worker, WorkerSize size, long now) {
    this.worker = worker;
    this.size = size;
    this.launchedAt = now;
  }

  boolean usual() {
    return size.equals(WorkerSize.USUAL);
  }

  boolean up() {
    return phase == Phase.UP;
  }

  /** Whether it counts among the workers that the pool may have. */
  boolean alive() {
    return phase == Phase.STARTING || up();
  }

  boolean idle() {
    return up() && deliveries.isEmpty();
  }

  boolean busy() {
    return up() && !deliveries.isEmpty();
  }

  /** Whether it is on its way out, with the memory that it holds. */
  boolean ends() {
    return phase == Phase.LEAVING || phase == Phase.DYING;
  }

  /** Whether it has, or has not yet given up, what nothing may run beside. */
  boolean runsAlone() {
    for (Delivery delivery : deliveries) {
      if (delivery.history.terms().alone()) {
        return true;
      }
    }
    return false;
  }

  /** How many more items it may be given, of all that a worker may. */
  int quota(int recycleAfter) {
    return recycleAfter - given;
  }

  /** Whether it can have one more delivery at hand while it runs another. */
  boolean takesMore() {
    return busy() && deliveries.size() < SLOTS && dueAt() == Long.MAX_VALUE;
  }

  /** How many items it has that have not ended. */
  int itemsAtHand() {
    int items = 0;
    for (Delivery delivery : deliveries) {
      items += delivery.to - delivery.next;
    }
    return items;
  }

  Delivery take(long number, Job.Piece piece) {
    int slot = Integer.numberOfTrailingZeros(~slotsInUse);
    if (slot >= SLOTS) {
      throw new AssertionError("worker " + worker + " has no free slot: " + deliveries.size());
    }
    slotsInUse |= 1 << slot;
    Delivery delivery = new Delivery(number, slot, piece);
    deliveries.addLast(delivery);
    given += piece.size();
    idleSince = Long.MAX_VALUE;
    return delivery;
  }

  /** These items of its were had back before it had begun them. */
  void gaveBack(int items) {
    given -= items;
  }

  void remove(Delivery delivery) {
    deliveries.remove(delivery);
    slotsInUse &= ~(1 << delivery.slot);
  }

  @Nullable Delivery find(long number) {
    for (Delivery delivery : deliveries) {
      if (delivery.number == number) {
        return delivery;
      }
    }
    return null;
  }

  /** The delivery that the worker is at, or will come to first, of those that are still wanted. */
  @Nullable Delivery front() {
    for (Delivery delivery : deliveries) {
      if (delivery.live()) {
        return delivery;
      }
    }
    return null;
  }

  /** How many of its deliveries wait behind another and could go elsewhere. */
  int waiting() {
    int waiting = 0;
    for (Delivery delivery : deliveries) {
      waiting += waits(delivery) ? 1 : 0;
    }
    return waiting;
  }

  private boolean waits(Delivery delivery) {
    return up()
        && delivery != deliveries.peekFirst()
        && delivery.live()
        && !delivery.begun
        && !delivery.job.over;
  }

  /** The last of those that it was not asked to give back. */
  @Nullable Delivery spareWork() {
    for (Iterator<Delivery> last = deliveries.descendingIterator(); last.hasNext(); ) {
      Delivery delivery = last.next();
      if (waits(delivery) && !delivery.asked) {
        return delivery;
      }
    }
    return null;
  }

  /** The delivery of which something is to be heard in time: it begins, ends or is passed over. */
  @Nullable Delivery watched() {
    Delivery front = front();
    Delivery first = deliveries.peekFirst();
    return front == null && first != null && first.withdrawn ? first : front;
  }

  /** What the worker is at: the first that it was not had back, if it is still wanted. */
  @Nullable Delivery at() {
    for (Delivery delivery : deliveries) {
      if (!delivery.withdrawn) {
        return delivery.awaits(delivery.next) && !delivery.job.over ? delivery : null;
      }
    }
    return null;
  }

  /** Since when it is at that. */
  long atSince() {
    return atSince;
  }

  /**
   * Since when it is at the item that it has to do with first; now, if it only passes that over.
   */
  long atFirstSince(long now) {
    Delivery first = deliveries.peekFirst();
    boolean known = first != null && !first.withdrawn && first.number == atDelivery;
    return known ? atSince : now;
  }

  /** Watches the delivery that is to be watched, if it has just come to that. */
  void watch(Turn turn, long pickUpNanos) {
    Delivery next = watched();
    Delivery first = deliveries.peekFirst();
    if (next != null && (next != watched || first != before)) {
      next.watch(turn.now(), pickUpNanos);
    }
    comeTo(at(), turn);
    watched = next;
    before = first;
  }

  /** The next items of the delivery have ended, one way or another. */
  void itemsEnded(Delivery delivery, int items) {
    itemsDone += items;
    watched = null;
    delivery.itemsEnded(items);
    if (delivery.next == delivery.to) {
      remove(delivery);
    }
  }

  /** Tells what it has just come to, if that is new. */
  private void comeTo(@Nullable Delivery at, Turn turn) {
    if (at != null && up() && (at.number != atDelivery || at.next != atItem)) {
      atDelivery = at.number;
      atItem = at.next;
      atSince = turn.now();
      if (turn.followed()) {
        int attempt = at.history.attempt();
        turn.emit(new Effect.Tell(new PoolEvent.TaskStarted(at.job.id, at.next, attempt, worker)));
      }
    }
  }

  void killLater(long at, KillReason reason) {
    if (at < killAt && killedFor == null) {
      killAt = at;
      killFor = reason;
    }
  }

  /** It is ready: that was expected of it. */
  void spare() {
    killAt = Long.MAX_VALUE;
    killFor = null;
  }

  /** When it is to be killed, for itself or for one of its deliveries. */
  long dueAt() {
    long due = killAt;
    for (Delivery delivery : deliveries) {
      due = Math.min(due, delivery.killAt);
    }
    return due;
  }

  /** When something is to be done about it: a kill, or a look at what it is at. */
  long nextTime() {
    Delivery next = watched();
    boolean looks = up() && next != null && !next.asked;
    return looks && next != null ? Math.min(dueAt(), next.checkAt) : dueAt();
  }

  /** Asks it to leave; what has not even started is killed. */
  void dismiss(long now, long graceNanos, Consumer<Effect> out) {
    switch (phase) {
      case STARTING -> kill(KillReason.SHUTDOWN, out);
      case UP -> {
        phase = Phase.LEAVING;
        dismissed = true;
        killLater(now + graceNanos, KillReason.SHUTDOWN);
        out.accept(new Effect.DismissWorker(worker));
      }
      case LEAVING, DYING -> {}
    }
  }

  /** It is due to be killed in any case, or is looked at again, or never does its work. */
  void notBegun(Delivery delivery, long now, long pickUpNanos, Consumer<Effect> out) {
    if (dueAt() != Long.MAX_VALUE) {
      delivery.checkAt = dueAt();
    } else if (delivery.notBegun(now, pickUpNanos) == Delivery.Look.NEVER_PICKED_UP) {
      kill(KillReason.UNRESPONSIVE, out);
    }
  }

  void killIfDue(long now, Consumer<Effect> out) {
    KillReason reason = killAt <= now ? killFor : null;
    for (Delivery delivery : deliveries) {
      if (delivery.killAt <= now) {
        reason = delivery.killFor;
      }
    }
    if (reason != null) {
      kill(reason, out);
    }
  }

  boolean killedFor(KillReason reason) {
    return killedFor == reason;
  }

  void kill(KillReason reason, Consumer<Effect> out) {
    kill(reason, "", out);
  }

  void kill(KillReason reason, String evidence, Consumer<Effect> out) {
    if (killedFor == null) {
      killedFor = reason;
      phase = Phase.DYING;
      spare();
      for (Delivery delivery : deliveries) {
        delivery.condemned = delivery.killFor == reason ? delivery.next : -1;
        delivery.killAt = Long.MAX_VALUE;
      }
      out.accept(new Effect.KillWorker(worker, reason, evidence));
    }
  }

  /** Has a delivery taken back, if it still can be. */
  void ask(Delivery delivery, Effect.Why why, long limitNanos, Consumer<Effect> out) {
    delivery.asked = true;
    out.accept(new Effect.Revoke(worker, delivery.slot, delivery.number, why, limitNanos));
  }

  /** The delivery whose next item is to blame for the death: what was late, or had begun. */
  @Nullable Delivery guilty(Death death) {
    for (Delivery delivery : deliveries) {
      if (delivery.phase == Delivery.Phase.LATE && !delivery.job.over) {
        return delivery;
      }
    }
    for (Delivery delivery : deliveries) {
      boolean first = delivery == deliveries.peekFirst();
      if (delivery.live() && !delivery.job.over && delivery.begunAt(death, first)) {
        return delivery;
      }
    }
    return null;
  }
}
