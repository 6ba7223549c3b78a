package dev.outlive.failure;

import java.time.Duration;

/** A task ran for longer than its limit, on its last attempt; its worker was killed. */
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

  /** Returns the limit per attempt. */
  public Duration limit() {
    return limit;
  }

  /** Returns how the worker of the last attempt ended. */
  public Diagnosis diagnosis() {
    return diagnosis;
  }
}
