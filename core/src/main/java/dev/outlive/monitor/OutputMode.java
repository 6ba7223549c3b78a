package dev.outlive.monitor;

/** What becomes of that which tasks print. */
public enum OutputMode {
  /**
   * Each line goes to this process's own {@code System.out} or {@code System.err}, with the worker,
   * the task and the attempt in front; and is kept as under CAPTURE.
   */
  FORWARD,
  /** The last 64 KiB of each stream are kept for each attempt, for {@code TaskFuture.output()}. */
  CAPTURE,
  /** Nothing is kept but the last bytes of a worker, as evidence should it die. */
  DISCARD
}
