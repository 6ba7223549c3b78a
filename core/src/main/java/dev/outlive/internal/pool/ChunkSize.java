package dev.outlive.internal.pool;

/**
 * How many items of a run make a delivery, where nobody has said: as many as take a millisecond, by
 * the time that items took so far. It begins with one and grows by leaps, and what waits is shared
 * out in many more deliveries than there are workers: so items that are slower than those before
 * them are still spread.
 */
final class ChunkSize {
  private static final double CHUNK_NANOS = 1_000_000;

  /** What takes no longer than this is not divided further. */
  private static final double LEAST_NANOS = 100_000;

  private static final int MOST = 1 << 16;
  private static final int LEAP = 8;
  private static final int DELIVERIES_PER_WORKER = 4;
  private static final double WEIGHT = 0.2;

  private double itemNanos;
  private int last = 1;

  /** So many items have ended, which took that long each. */
  void ended(int items, long nanosEach) {
    double weight = itemNanos == 0 ? 1 : 1 - Math.pow(1 - WEIGHT, items);
    itemNanos = Math.max(1, itemNanos + weight * (nanosEach - itemNanos));
  }

  /**
   * Returns how many items the next delivery has.
   *
   * @param waiting how many wait
   * @param workers how many workers there may be
   */
  int next(int waiting, int workers) {
    if (itemNanos == 0) {
      return 1;
    }
    double byTime = Math.min(CHUNK_NANOS / itemNanos, (double) last * LEAP);
    last = (int) Math.clamp(byTime, 1, MOST);
    double least = Math.clamp(LEAST_NANOS / itemNanos, 1, MOST);
    double share = Math.max(least, (double) waiting / (DELIVERIES_PER_WORKER * workers));
    return (int) Math.min(last, share);
  }
}
