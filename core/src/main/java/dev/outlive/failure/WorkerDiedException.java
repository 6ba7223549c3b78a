package dev.outlive.failure;

import java.util.ArrayList;
import java.util.List;

/** The worker that ran the task died, on each attempt that the task was allowed. */
public final class WorkerDiedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Diagnosis diagnosis;
  private final ArrayList<Diagnosis> attempts;
  private final boolean mayHaveStarted;

  /** Creates one from the diagnoses of all lost attempts, in their order; at least one. */
  public WorkerDiedException(String message, List<Diagnosis> attempts, boolean mayHaveStarted) {
    super(message);
    this.attempts = new ArrayList<>(attempts);
    this.diagnosis = attempts.getLast();
    this.mayHaveStarted = mayHaveStarted;
  }

  /** Returns why the worker of the last attempt died. */
  public Diagnosis diagnosis() {
    return diagnosis;
  }

  /** Returns the diagnosis of each attempt that was lost with its worker, in their order. */
  public List<Diagnosis> attempts() {
    return List.copyOf(attempts);
  }

  /**
   * Returns whether the task's code may have run, wholly or in part. False only where the worker
   * provably died before it touched the task.
   */
  public boolean mayHaveStarted() {
    return mayHaveStarted;
  }
}
