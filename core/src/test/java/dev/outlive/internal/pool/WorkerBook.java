package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.internal.pool.TaskBook.Item;
import dev.outlive.spi.WorkerSize;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an {@link Oracle} knows of one worker: what the pool was told, and what is true. */
final class WorkerBook {
  static final long NEVER = Long.MAX_VALUE;

  /** A delivery in the worker's hands, as far as the pool was told. */
  static final class Hand {
    final Effect.Deliver order;
    final SimDelivery truth;
    final TaskBook task;

    /** The first item whose end the pool has not heard. */
    int next;

    /** Nobody has said that it was revoked. */
    boolean live = true;

    /** The pool knows since when its next item runs: before this there is nothing to look for. */
    long lookNotBefore;

    /** It was stopped for being late, and the pool knows. */
    boolean late;

    /** What its items wanted when it was made. */
    final Wants wants;

    /** It was had back before it had begun. */
    boolean withdrawn;

    /** When the pool heard that it cannot be had back, though its task is over. */
    long abandonedAt = NEVER;

    Hand(Effect.Deliver order, SimDelivery truth, TaskBook task) {
      this.wants = task.items.get(order.from()).wants;
      this.order = order;
      this.truth = truth;
      this.task = task;
      this.next = order.from();
    }

    Item item() {
      return task.items.get(next);
    }

    List<Item> rest() {
      return task.items.subList(next, order.to());
    }
  }

  final int number;
  final WorkerSize size;
  final long launchedAt;
  final List<Hand> hands = new ArrayList<>();

  long pid;
  boolean ready;
  boolean killed;
  boolean lied;
  boolean died;
  long dyingAt = NEVER;
  long dismissedAt = NEVER;

  /** The pool was told that it had begun an item. */
  boolean toldBegun;

  /** The same of an item that was still wanted. */
  boolean proven;

  /** How many items it was given and has not given back. */
  int given;

  /** Since when it has nothing to do. */
  long idleSince = NEVER;

  /** The delivery and item for whose lateness it is killed. */
  @Nullable Hand killedOver;

  int killedAtItem;

  /** Since when the delivery that it should be at is the one that it is. */
  long frontSince;

  /** Since when its first delivery is its first. */
  long headSince;

  private @Nullable Hand head;
  private @Nullable Hand front;
  private int frontItem;

  /** When the pool first saw that its front delivery had not begun in the allowed time. */
  long suspectedAt = NEVER;

  /** How often the pool has looked whether its front delivery is late. */
  int looks;

  /** The pool was told that it holds too much. */
  boolean grown;

  /** How much memory it holds, as far as the pool was told. */
  long heldBytes;

  /** It was killed for the sake of others. */
  boolean preempted;

  /** Since when the item that it is at is that one. */
  long atSince;

  private @Nullable Hand at;
  private int atItem;

  WorkerBook(int number, WorkerSize size, long launchedAt) {
    this.number = number;
    this.size = size;
    this.launchedAt = launchedAt;
  }

  /** Whether it counts among the workers that the pool may have. */
  boolean counts() {
    return !killed && !died && dyingAt == NEVER && dismissedAt == NEVER;
  }

  boolean up() {
    return ready && counts();
  }

  boolean idle() {
    return up() && hands.isEmpty();
  }

  boolean busy() {
    return up() && !hands.isEmpty();
  }

  boolean usual() {
    return size.equals(WorkerSize.USUAL);
  }

  /** What it is at: the first that it was not had back, if that is still wanted. */
  @Nullable Hand at() {
    for (Hand hand : hands) {
      if (!hand.withdrawn) {
        return hand.live && hand.task.open() ? hand : null;
      }
    }
    return null;
  }

  @Nullable Hand hand(long delivery) {
    for (Hand hand : hands) {
      if (hand.order.delivery() == delivery) {
        return hand;
      }
    }
    return null;
  }

  @Nullable Hand front() {
    for (Hand hand : hands) {
      if (hand.live) {
        return hand;
      }
    }
    return null;
  }

  /** Notes since when it is idle, its front is its front, and its head its head. */
  void refront(long now) {
    idleSince = idle() ? Math.min(idleSince, now) : NEVER;
    Hand first = hands.isEmpty() ? null : hands.getFirst();
    if (first != head) {
      head = first;
      headSince = now;
    }
    Hand comesTo = at();
    if (comesTo != null && (comesTo != at || comesTo.next != atItem)) {
      at = comesTo;
      atItem = comesTo.next;
      atSince = now;
    }
    Hand is = front();
    if (is != front || (is != null && is.next != frontItem)) {
      front = is;
      frontItem = is == null ? 0 : is.next;
      frontSince = now;
      suspectedAt = NEVER;
      looks = 0;
    }
  }

  /**
   * The delivery whose next item is to blame for its death: what was late; else what it had begun;
   * and where nobody knows that, the first it had, since it says when it has passed over one.
   */
  @Nullable Hand guilty(Cause cause, boolean known) {
    for (Hand hand : hands) {
      if (hand.late && hand.task.open()) {
        return hand;
      }
    }
    if (cause.kind() == Cause.Kind.OURS) {
      return null;
    }
    for (Hand hand : hands) {
      boolean first = hand == hands.getFirst();
      boolean begun =
          known
              ? hand.truth.begun() && hand.truth.item == hand.next
              : first && cause != Cause.UNRESPONSIVE;
      boolean meant = cause != Cause.TIMEOUT || (hand == killedOver && hand.next == killedAtItem);
      if (hand.live && hand.task.open() && begun && meant) {
        return hand;
      }
    }
    return null;
  }
}
