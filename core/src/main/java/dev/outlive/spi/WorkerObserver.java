package dev.outlive.spi;

import java.util.List;

/**
 * Is told what a worker does. One call at a time for each worker, in this order: {@code ready} at
 * most once, frames, {@code grown} at most once at any time before {@code dying}, {@code dying} at
 * most once, frames that were still on their way, {@code died} exactly once and last.
 */
public interface WorkerObserver {
  /** The worker's process was started. */
  void started(long pid);

  /** Returns who is told what it prints, beside all this. */
  OutputObserver output();

  /** A frame has arrived. Must not block and must not run the user's code. */
  void received(Frame frame);

  /** Frames have arrived together, in their order; as {@link #received(Frame)}, of each. */
  default void received(List<Frame> frames) {
    frames.forEach(this::received);
  }

  /**
   * The worker holds more memory than a worker may that is to stay ({@code recycleAbove}). Told
   * once at most.
   *
   * @param heldBytes how much it holds
   * @param limitBytes how much it may
   */
  void grown(long heldBytes, long limitBytes);

  /** The first notice of the worker's death; frames may still follow. */
  void dying();

  /** The worker is gone and all that it had sent was received. */
  void died(Death death);
}
