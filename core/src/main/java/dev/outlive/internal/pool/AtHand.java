package dev.outlive.internal.pool;

/**
 * How much waits at a worker behind what it runs, so that it goes on while the pool is told: the
 * next delivery, and of short items as many as take a millisecond. Behind an item that takes long
 * nothing is to wait; part of {@link PoolState}, and as pure.
 */
final class AtHand {
  private static final int LEAST = 2;
  private static final double MOST_NANOS = 1_000_000;

  /** What takes longer is long: a round trip is nothing beside it. */
  private static final long LONG_NANOS = 10_000_000;

  private final Pace pace;

  AtHand(Pace pace) {
    this.pace = pace;
  }

  /** Whether a worker that is busy has room for one more delivery. */
  boolean wantsMore(Seat seat, long now) {
    return seat.takesMore() && !isHeldUp(seat, now) && isLittle(seat);
  }

  private boolean isLittle(Seat seat) {
    double itemNanos = pace.itemNanos();
    return itemNanos < LONG_NANOS
        && (seat.deliveries.size() < LEAST
            || (itemNanos > 0 && seat.itemsAtHand() * itemNanos < MOST_NANOS));
  }

  /** Whether a worker is at its first item for so long that what waits behind it goes elsewhere. */
  static boolean isHeldUp(Seat seat, long now) {
    return now - seat.atFirstSince(now) > LONG_NANOS;
  }
}
