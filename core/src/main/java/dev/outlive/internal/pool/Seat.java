package dev.outlive.internal.pool;

import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.spi.KillReason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
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
 */
final class Seat {
  enum Phase {
    STARTING,
    UP,
    LEAVING,
    DYING
  }

  private static final int SLOTS = 8;

  final int worker;
  Phase phase = Phase.STARTING;
  long pid;

  /** In the order in which the worker will come to them. */
  final Deque<Delivery> deliveries = new ArrayDeque<>();

  /** Whether it has finished an item, or was blamed for one: its death is then not early. */
  boolean proven;

  private boolean killed;
  long itemsDone;

  /** When to kill it, and why, unless it does what is expected before. */
  long killAt = Long.MAX_VALUE;

  @Nullable KillReason killFor;

  private int slotsInUse;
  private @Nullable Delivery watched;

  Seat(int worker) {
    this.worker = worker;
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

  /** Whether it can take one more delivery, to run it or to have it at hand. */
  boolean takesMore(int depth) {
    return up() && killFor == null && deliveries.size() < depth;
  }

  Delivery take(long number, Job.Piece piece) {
    int slot = Integer.numberOfTrailingZeros(~slotsInUse);
    if (slot >= SLOTS) {
      throw new AssertionError("worker " + worker + " has no free slot: " + deliveries.size());
    }
    slotsInUse |= 1 << slot;
    Delivery delivery = new Delivery(number, slot, piece);
    deliveries.addLast(delivery);
    return delivery;
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

  /** Work that it has not come to and that could go elsewhere. */
  @Nullable Delivery spareWork() {
    Delivery last = deliveries.peekLast();
    boolean spare =
        last != null && last != deliveries.peekFirst() && last.live() && !last.asked && !last.begun;
    return spare ? last : null;
  }

  /** Watches the front delivery, if it has just come there. */
  void watchFront(long now, long pickUpNanos) {
    Delivery front = front();
    if (front != null && front != watched) {
      front.watch(now, pickUpNanos);
    }
    watched = front;
  }

  /** An item of the delivery has ended, one way or another. */
  void itemEnded(Delivery delivery) {
    proven = true;
    itemsDone++;
    watched = null;
    delivery.next++;
    delivery.asked = false;
    if (delivery.next == delivery.to) {
      remove(delivery);
    }
    spare();
  }

  void killLater(long at, KillReason reason) {
    if (at < killAt && !killed) {
      killAt = at;
      killFor = reason;
    }
  }

  /** What was expected of it has come. A worker that leaves or dies stays due. */
  void spare() {
    if (alive()) {
      killAt = Long.MAX_VALUE;
      killFor = null;
    }
  }

  void kill(KillReason reason, Consumer<Effect> out) {
    if (!killed) {
      killed = true;
      phase = Phase.DYING;
      killAt = Long.MAX_VALUE;
      killFor = null;
      out.accept(new Effect.KillWorker(worker, reason));
    }
  }

  /** Has a delivery taken back, if it still can be. */
  void ask(Delivery delivery, Effect.Why why, long limitNanos, Consumer<Effect> out) {
    delivery.asked = true;
    out.accept(new Effect.Revoke(worker, delivery.slot, delivery.number, why, limitNanos));
  }

  PoolSnapshot.Worker row() {
    Delivery front = front();
    PoolSnapshot.WorkerState state =
        switch (phase) {
          case STARTING -> PoolSnapshot.WorkerState.STARTING;
          case UP -> front == null ? PoolSnapshot.WorkerState.IDLE : PoolSnapshot.WorkerState.BUSY;
          case LEAVING -> PoolSnapshot.WorkerState.LEAVING;
          case DYING -> PoolSnapshot.WorkerState.DYING;
        };
    return new PoolSnapshot.Worker(
        worker,
        pid > 0 ? OptionalLong.of(pid) : OptionalLong.empty(),
        state,
        front == null ? OptionalLong.empty() : OptionalLong.of(front.job.id),
        itemsDone);
  }
}
