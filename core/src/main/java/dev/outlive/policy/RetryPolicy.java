package dev.outlive.policy;

import dev.outlive.failure.Cause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * When a lost or failed attempt is tried again, before the {@link FailurePolicy} has its say.
 *
 * <p>A policy names causes and a number of attempts, <em>the first one included</em>. Several may
 * be given: the first that names the cause decides, and each counts only its own causes. Delivery
 * is at least once: the attempt number in {@code TaskContext} lets a task be idempotent.
 *
 * {@snippet file="dev/outlive/snippets/PolicySnippets.java" region="retry"}
 *
 * <p>Immutable, plain data, safe for use by many threads; no code of the user's runs to decide.
 */
public final class RetryPolicy {
  private static final int DEFAULT_ATTEMPTS = 3;

  private final Set<Cause> causes;
  private final List<String> exceptionTypes;
  private final int attempts;
  private final Backoff backoff;

  private RetryPolicy(
      Set<Cause> causes, List<String> exceptionTypes, int attempts, Backoff backoff) {
    this.causes = causes;
    this.exceptionTypes = exceptionTypes;
    this.attempts = attempts;
    this.backoff = backoff;
  }

  /** Returns a policy for all deaths of a worker under the task, of whatever cause; 3 attempts. */
  public static RetryPolicy onCrash() {
    Set<Cause> crashes = EnumSet.noneOf(Cause.class);
    for (Cause cause : Cause.values()) {
      if (cause.kind() == Cause.Kind.CRASH) {
        crashes.add(cause);
      }
    }
    return new RetryPolicy(crashes, List.of(), DEFAULT_ATTEMPTS, Backoff.NONE);
  }

  /**
   * Returns a policy for exceptions that the task throws; 3 attempts.
   *
   * @param types the types that are tried again, subtypes included; none given: all exceptions
   */
  @SafeVarargs
  public static RetryPolicy onException(Class<? extends Throwable>... types) {
    List<String> names = new ArrayList<>();
    Objects.requireNonNull(types, "types");
    for (Class<? extends Throwable> type : types) {
      Objects.requireNonNull(type, "types");
      names.add(type.getName());
    }
    return new RetryPolicy(
        EnumSet.of(Cause.EXCEPTION), List.copyOf(names), DEFAULT_ATTEMPTS, Backoff.NONE);
  }

  /**
   * Returns a policy for the given causes; 3 attempts.
   *
   * @throws IllegalArgumentException if no cause is given, or one that is the pool's own doing, or
   *     QUEUE_TIMEOUT
   */
  public static RetryPolicy on(Cause... causes) {
    Objects.requireNonNull(causes, "causes");
    if (causes.length == 0) {
      throw new IllegalArgumentException("a retry policy must name at least one cause, causes=[]");
    }
    for (Cause cause : causes) {
      Objects.requireNonNull(cause, "causes");
      if (cause.kind() == Cause.Kind.OURS) {
        throw new IllegalArgumentException(
            "a task that the pool itself ended is never tried again, cause=" + cause);
      }
      if (cause == Cause.QUEUE_TIMEOUT) {
        throw new IllegalArgumentException(
            "a task that waited for too long is not tried again, cause=" + cause);
      }
    }
    return new RetryPolicy(
        EnumSet.copyOf(Arrays.asList(causes)), List.of(), DEFAULT_ATTEMPTS, Backoff.NONE);
  }

  /**
   * Returns this policy with another number of attempts, the first included.
   *
   * @throws IllegalArgumentException unless 1..1000
   */
  public RetryPolicy attempts(int number) {
    if (number < 1 || number > 1000) {
      throw new IllegalArgumentException("attempts must be 1..1000, attempts=" + number);
    }
    return new RetryPolicy(causes, exceptionTypes, number, backoff);
  }

  /**
   * Returns this policy with a wait before each further attempt: {@code first}, doubled each time
   * up to {@code limit}, with jitter.
   *
   * @throws IllegalArgumentException if a wait is negative or over a day, or the limit is below the
   *     first
   */
  public RetryPolicy backoff(Duration first, Duration limit) {
    return new RetryPolicy(causes, exceptionTypes, attempts, new Backoff(first, limit));
  }

  /** Returns the number of attempts, the first included. */
  public int attempts() {
    return attempts;
  }

  /** Returns the waits between attempts. */
  public Backoff backoff() {
    return backoff;
  }

  /**
   * Returns whether this policy decides about a failure.
   *
   * @param cause why the attempt was lost
   * @param types the binary names of the thrown exception's class and its superclasses; empty
   *     unless the task threw
   */
  public boolean covers(Cause cause, List<String> types) {
    if (!causes.contains(cause)) {
      return false;
    }
    return cause != Cause.EXCEPTION
        || exceptionTypes.isEmpty()
        || exceptionTypes.stream().anyMatch(types::contains);
  }

  /** Returns causes, attempts and back-off in words. */
  @Override
  public String toString() {
    String names = causes.stream().map(Cause::name).collect(Collectors.joining("|"));
    return "retry " + names + exceptionTypes + ", attempts=" + attempts + ", backoff=" + backoff;
  }
}
