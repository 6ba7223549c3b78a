package dev.outlive.internal.pool;

/**
 * How many workers a pool has.
 *
 * @param least how many there are while the pool is open, with or without work
 * @param most how many may be at work at a time
 * @param spares how many more are kept ready to take the place of one that dies or leaves
 * @param recycleAfter how many items a worker gets before it leaves
 * @param idleNanos how long a worker beyond the least may be idle; {@link Long#MAX_VALUE}: for ever
 */
public record Crew(int least, int most, int spares, int recycleAfter, long idleNanos) {
  /** Returns a crew without frills: workers come when there is work, and stay. */
  public static Crew of(int workers) {
    return new Crew(0, workers, 0, Integer.MAX_VALUE, Long.MAX_VALUE);
  }

  boolean shrinks() {
    return idleNanos != Long.MAX_VALUE;
  }
}
