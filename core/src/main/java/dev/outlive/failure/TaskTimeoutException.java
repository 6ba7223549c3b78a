package dev.outlive.failure;

import java.time.Duration;

/**
 * A task ran for longer than its limit, on its last attempt, and its worker was killed; or it
 * waited for a worker for longer than the pool's {@code queueTimeout} and never began.
 */
public final class TaskTimeoutException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Duration limit;
  private final Diagnosis diagnosis;

  /** Creates one with the limit that was exceeded and what became of the worker. */
  public TaskTimeoutException(String message, Duration limit, Diagnosis diagnosis) {
    super(message);
    this.limit = limit;
    this.diagnosis = diagnosis;
  }

  /** Returns the limit that was exceeded: per attempt, or the pool's {@code queueTimeout}. */
  public Duration limit() {
    return limit;
  }

  /**
   * Returns how the worker of the last attempt ended; of a task that never began, the cause {@link
   * Cause#QUEUE_TIMEOUT} and no worker.
   */
  public Diagnosis diagnosis() {
    return diagnosis;
  }
}
