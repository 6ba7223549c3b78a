package dev.outlive.policy;

/** What becomes of a caller of {@code submit} who finds the pool's queue full. */
public enum FullQueuePolicy {
  /** It waits until there is room; it can be interrupted, and the end of the pool releases it. */
  BLOCK,
  /** It gets a {@link java.util.concurrent.RejectedExecutionException} with the numbers. */
  REJECT
}
