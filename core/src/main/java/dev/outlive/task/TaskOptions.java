package dev.outlive.task;

import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one submitted task does otherwise than its pool's defaults. Immutable; each {@code withX}
 * returns a copy.
 *
 * <pre>{@code pool.submit(() -> parse(path), TaskOptions.named("parse").withTimeout(ofSeconds(5)))}
 * </pre>
 */
public final class TaskOptions {
  /** No wishes: the pool's defaults hold. */
  public static final TaskOptions DEFAULTS = new TaskOptions(null, null, null, null, null, null);

  private final @Nullable String name;
  private final @Nullable Duration timeout;
  private final @Nullable List<RetryPolicy> retry;
  private final @Nullable FailurePolicy onCrash;
  private final @Nullable FailurePolicy onException;
  private final @Nullable FailurePolicy onTimeout;

  private TaskOptions(
      @Nullable String name,
      @Nullable Duration timeout,
      @Nullable List<RetryPolicy> retry,
      @Nullable FailurePolicy onCrash,
      @Nullable FailurePolicy onException,
      @Nullable FailurePolicy onTimeout) {
    this.name = name;
    this.timeout = timeout;
    this.retry = retry;
    this.onCrash = onCrash;
    this.onException = onException;
    this.onTimeout = onTimeout;
  }

  /** Returns options with a name for messages, records, thread dumps and crash reports. */
  public static TaskOptions named(String name) {
    return new TaskOptions(Names.checked(name), null, null, null, null, null);
  }

  /**
   * Returns these options with a limit per attempt; the clock starts when the task starts in its
   * worker.
   *
   * @throws IllegalArgumentException unless over zero and at most 365 days
   */
  public TaskOptions withTimeout(Duration limit) {
    return new TaskOptions(name, Limits.checked(limit), retry, onCrash, onException, onTimeout);
  }

  /** Returns these options with retry policies instead of the pool's; none given: no retry. */
  public TaskOptions withRetry(RetryPolicy... policies) {
    return new TaskOptions(
        name, timeout, Policies.checked(policies), onCrash, onException, onTimeout);
  }

  /**
   * Returns these options with a policy for a worker that dies under the task.
   *
   * @throws IllegalArgumentException for SKIP: a lone future must not hide a death
   */
  public TaskOptions withOnCrash(FailurePolicy policy) {
    return new TaskOptions(name, timeout, retry, single(policy, "onCrash"), onException, onTimeout);
  }

  /**
   * Returns these options with a policy for a task that throws.
   *
   * @throws IllegalArgumentException for SKIP: a lone future must not hide a failure
   */
  public TaskOptions withOnException(FailurePolicy policy) {
    return new TaskOptions(name, timeout, retry, onCrash, single(policy, "onException"), onTimeout);
  }

  /**
   * Returns these options with a policy for a task that runs too long.
   *
   * @throws IllegalArgumentException for SKIP: a lone future must not hide a failure
   */
  public TaskOptions withOnTimeout(FailurePolicy policy) {
    return new TaskOptions(name, timeout, retry, onCrash, onException, single(policy, "onTimeout"));
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
    return Optional.ofNullable(name);
  }

  /** Returns the limit per attempt, if one was given. */
  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  /** Returns the retry policies, if any were given. */
  public Optional<List<RetryPolicy>> retry() {
    return Optional.ofNullable(retry);
  }

  /** Returns the policy for a worker that dies, if one was given. */
  public Optional<FailurePolicy> onCrash() {
    return Optional.ofNullable(onCrash);
  }

  /** Returns the policy for a task that throws, if one was given. */
  public Optional<FailurePolicy> onException() {
    return Optional.ofNullable(onException);
  }

  /** Returns the policy for a task that runs too long, if one was given. */
  public Optional<FailurePolicy> onTimeout() {
    return Optional.ofNullable(onTimeout);
  }
}
