package dev.outlive.spi;

import java.util.List;

/**
 * A pool's hold on one worker. Safe for use by many threads; no method blocks, and all are harmless
 * after the worker's death.
 */
public interface WorkerHandle {
  /**
   * Announces a delivery in one of the worker's slots, before the frame that carries it is sent.
   * Only once the worker has said that it is ready: before that it may have no slots.
   *
   * @param slot a slot that no live delivery holds, 0..31
   * @param delivery the delivery's number, unique in the pool, 1..2^40-1
   * @param item the first item of the delivery
   */
  void offer(int slot, long delivery, int item);

  /** Sends a frame, after those sent before. */
  void send(Frame frame);

  /** Sends frames together, in their order; as {@link #send(Frame)}, of each. */
  default void send(List<Frame> frames) {
    frames.forEach(this::send);
  }

  /**
   * Tries to take a delivery back. Atomic against the worker's own steps: after {@code Withdrawn}
   * or {@code Stopped} the worker publishes nothing more of it.
   *
   * @param slot the slot it was offered in
   * @param delivery its number
   * @param unbegunOnly only withdraw what has not begun; what has begun goes on
   * @param limitNanos only stop an item that has run for at least this long; 0: any
   */
  Revocation revoke(int slot, long delivery, boolean unbegunOnly, long limitNanos);

  /**
   * Returns what was seen of the worker, also after its death. Nothing is looked at for this: it is
   * called under the pool's lock, and may cost no more than some reads of memory.
   *
   * @param sinceNanos since when the peak is asked for, on the clock of {@link System#nanoTime()}
   */
  Vitals vitals(long sinceNanos);

  /**
   * Kills the worker and all that it has started. The first reason counts.
   *
   * @param evidence what was seen that made it so, in words; may be empty
   */
  void kill(KillReason reason, String evidence);

  /** As {@link #kill(KillReason, String)}, where the reason says it all. */
  default void kill(KillReason reason) {
    kill(reason, "");
  }
}
