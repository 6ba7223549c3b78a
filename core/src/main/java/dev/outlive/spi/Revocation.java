package dev.outlive.spi;

/** The answer to {@link WorkerHandle#revoke}: what had become of the delivery at that moment. */
public sealed interface Revocation {
  /** It had not begun, and now never will. */
  record Withdrawn() implements Revocation {}

  /**
   * An item was running; its result can no longer be published.
   *
   * @param item the item's index
   */
  record Stopped(int item) implements Revocation {}

  /** A result is being published, or all were: too late to revoke. */
  record Published() implements Revocation {}

  /** It had begun, and only what had not begun was to be withdrawn. */
  record Begun() implements Revocation {}

  /**
   * It has not begun, or its item has not yet run for as long as the limit.
   *
   * @param begun whether an item is running
   * @param startedNanos when that item started, on the clock of {@link System#nanoTime()}; 0 if
   *     none
   */
  record InTime(boolean begun, long startedNanos) implements Revocation {}
}
