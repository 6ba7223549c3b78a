package dev.outlive.failure;

/**
 * The pool stopped because a task failed whose policy is {@link
 * dev.outlive.policy.FailurePolicy#ABORT}. The message names the culprit; the cause is its failure.
 */
public final class PoolAbortedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Creates one that names the culprit. */
  public PoolAbortedException(String message, Throwable culprit) {
    super(message, culprit);
  }
}
