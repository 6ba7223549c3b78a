package dev.outlive.internal.pool;

/**
 * How long starts and items take in this pool: moving averages, from which follows how early the
 * successor of a worker that will leave is to be started.
 */
final class Pace {
  private static final double WEIGHT = 0.2;

  private double startNanos;
  private double itemNanos;

  void started(long nanos) {
    startNanos = startNanos == 0 ? nanos : startNanos + WEIGHT * (nanos - startNanos);
  }

  void itemEnded(long nanos) {
    itemNanos = itemNanos == 0 ? nanos : itemNanos + WEIGHT * (nanos - itemNanos);
  }

  /** How long an item takes, on average; 0: none has ended. */
  double itemNanos() {
    return itemNanos;
  }

  /**
   * How many items a worker does while another starts: its successor is due when so few are left to
   * it. At most a quarter of its life, since until then both are there.
   */
  int lead(int recycleAfter) {
    int most = recycleAfter / 4;
    double items = itemNanos > 0 ? startNanos / itemNanos : 0;
    return (int) Math.min(most, Math.ceil(items));
  }
}
