package dev.outlive.internal.pool;

import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.spi.Death;
import dev.outlive.spi.Revocation;

/**
 * A slot of a simulated worker's page with one delivery in it: what the worker and the pool agree
 * about, changed in one step by either.
 *
 * <pre>
 *   OFFERED --> DECODING --> RUNNING --> PUBLISHING --> PUBLISHED --next item--> DECODING
 *      |            |           |
 *      v            +-----------+--> STOPPED
 *   WITHDRAWN
 * </pre>
 */
final class SimDelivery {
  enum Phase {
    OFFERED,
    DECODING,
    RUNNING,
    PUBLISHING,
    PUBLISHED,
    WITHDRAWN,
    STOPPED
  }

  final Effect.Deliver order;
  Phase phase = Phase.OFFERED;

  /** The item that it is at. */
  int item;

  /** When that item began. */
  long startedAt;

  /** The most memory that its worker was seen to hold during that item; -1: nobody looked. */
  long peakBytes = -1;

  /** The worker is through with it, or has passed over it. */
  boolean done;

  /** The worker has given up its slot, truly or not. */
  boolean disowned;

  SimDelivery(Effect.Deliver order) {
    this.order = order;
    this.item = order.from();
  }

  void begin(int next, long now) {
    item = next;
    phase = Phase.DECODING;
    startedAt = now;
    peakBytes = -1;
  }

  /** Whether an item is in its worker's hands, and not yet published. */
  boolean busy() {
    return phase == Phase.DECODING || phase == Phase.RUNNING || phase == Phase.PUBLISHING;
  }

  boolean revoked() {
    return phase == Phase.WITHDRAWN || phase == Phase.STOPPED;
  }

  /** Whether its item has begun and its result is not out. */
  boolean begun() {
    return busy() || phase == Phase.STOPPED;
  }

  /** Whether nothing more of it can be published. */
  boolean harmless() {
    return revoked() || done;
  }

  Revocation revoke(Why why, long limitNanos, long now, boolean coin) {
    boolean unbegunOnly = why == Why.RECALLED || why == Why.WITHDRAWN;
    return switch (phase) {
      case OFFERED -> {
        if (why == Why.LATE) {
          yield new Revocation.InTime(false, 0);
        }
        phase = Phase.WITHDRAWN;
        yield new Revocation.Withdrawn();
      }
      case DECODING, RUNNING -> {
        if (unbegunOnly) {
          yield new Revocation.Begun();
        }
        if (why == Why.LATE && now - startedAt < limitNanos) {
          yield new Revocation.InTime(true, startedAt);
        }
        phase = Phase.STOPPED;
        yield new Revocation.Stopped(item);
      }
      case PUBLISHING, PUBLISHED ->
          unbegunOnly && coin ? new Revocation.Begun() : new Revocation.Published();
      case WITHDRAWN -> coin ? new Revocation.Withdrawn() : new Revocation.Published();
      case STOPPED -> coin ? new Revocation.Stopped(item) : new Revocation.Published();
    };
  }

  Death.Standing standing() {
    boolean untouched = phase == Phase.OFFERED || phase == Phase.WITHDRAWN;
    return new Death.Standing(
        order.delivery(), item, !untouched, untouched ? -1 : 0, untouched ? -1 : peakBytes);
  }
}
