package dev.outlive.policy;

/**
 * What becomes of a task that has failed for good, after the retry policies have had their say.
 *
 * {@snippet file="dev/outlive/snippets/PolicySnippets.java" region="skip"}
 */
public enum FailurePolicy {
  /** The task fails: its future, or its whole run of {@code map}. The pool goes on. The default. */
  FAIL,
  /**
   * A {@code map} goes on with {@code null} in the task's place. A single future never skips: a
   * lone {@code null} would hide a death.
   */
  SKIP,
  /** The whole pool stops: running work is killed, all futures fail and name this task. */
  ABORT
}
