package dev.outlive.task;

import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What one submitted task does otherwise than its pool's defaults. Immutable; each {@code withX}
 * returns a copy.
 *
 * {@snippet file="dev/outlive/snippets/TaskSnippets.java" region="task-options"}
 */
public final class TaskOptions {
  /** No wishes: the pool's defaults hold. */
  public static final TaskOptions DEFAULTS = new TaskOptions(Wishes.NONE);

  private final Wishes wishes;

  private TaskOptions(Wishes wishes) {
    this.wishes = wishes;
  }

  /** Returns options with a name for messages, records, thread dumps and crash reports. */
  public static TaskOptions named(String name) {
    return DEFAULTS.withName(name);
  }

  /** Returns these options with a name for messages, records, thread dumps and crash reports. */
  public TaskOptions withName(String value) {
    return new TaskOptions(wishes.withName(value));
  }

  /**
   * Returns these options with a limit per attempt; the clock starts when the task starts in its
   * worker.
   *
   * @throws IllegalArgumentException unless over zero and at most 365 days
   */
  public TaskOptions withTimeout(Duration limit) {
    return new TaskOptions(wishes.withTimeout(limit));
  }

  /** Returns these options with retry policies instead of the pool's; none given: no retry. */
  public TaskOptions withRetry(RetryPolicy... policies) {
    return new TaskOptions(wishes.withRetry(policies));
  }

  /**
   * Returns these options with a priority: of what waits, the highest goes first. So that nothing
   * waits for ever, what has waited longest of all is overtaken twice at most. What is already at a
   * worker is not called back for it. Default: 0.
   *
   * @throws IllegalArgumentException unless -10..10
   */
  public TaskOptions withPriority(int priority) {
    return new TaskOptions(wishes.withPriority(priority));
  }

  /**
   * Returns these options with a policy for a worker that dies under the task.
   *
   * @throws IllegalArgumentException for SKIP: a lone future must not hide a death
   */
  public TaskOptions withOnCrash(FailurePolicy policy) {
    return new TaskOptions(wishes.withOnCrash(single(policy, "onCrash")));
  }

  /**
   * Returns these options with a policy for a task that throws.
   *
   * @throws IllegalArgumentException for SKIP: a lone future must not hide a failure
   */
  public TaskOptions withOnException(FailurePolicy policy) {
    return new TaskOptions(wishes.withOnException(single(policy, "onException")));
  }

  /**
   * Returns these options with a policy for a task that runs too long.
   *
   * @throws IllegalArgumentException for SKIP: a lone future must not hide a failure
   */
  public TaskOptions withOnTimeout(FailurePolicy policy) {
    return new TaskOptions(wishes.withOnTimeout(single(policy, "onTimeout")));
  }

  private static FailurePolicy single(FailurePolicy policy, String setting) {
    Objects.requireNonNull(policy, setting);
    if (policy == FailurePolicy.SKIP) {
      throw new IllegalArgumentException(
          "a single task cannot be skipped: its null would hide the failure; use FAIL and"
              + " TaskFuture.outcome(), or map, policy=SKIP");
    }
    return policy;
  }

  /** Returns the name, if one was given. */
  public Optional<String> name() {
    return Optional.ofNullable(wishes.name());
  }

  /** Returns the limit per attempt, if one was given. */
  public Optional<Duration> timeout() {
    return Optional.ofNullable(wishes.timeout());
  }

  /** Returns the retry policies, if any were given. */
  public Optional<List<RetryPolicy>> retry() {
    return Optional.ofNullable(wishes.retry());
  }

  /** Returns the policy for a worker that dies, if one was given. */
  public Optional<FailurePolicy> onCrash() {
    return Optional.ofNullable(wishes.onCrash());
  }

  /** Returns the policy for a task that throws, if one was given. */
  public Optional<FailurePolicy> onException() {
    return Optional.ofNullable(wishes.onException());
  }

  /** Returns the policy for a task that runs too long, if one was given. */
  public Optional<FailurePolicy> onTimeout() {
    return Optional.ofNullable(wishes.onTimeout());
  }

  /** Returns the priority. */
  public int priority() {
    return wishes.priority();
  }
}
