package dev.outlive.policy;

import dev.outlive.failure.Cause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
  private static final double LARGEST_FACTOR = 100;

  private final Set<Cause> causes;
  private final List<String> exceptionTypes;
  private final int attempts;
  private final Backoff backoff;
  private final MemoryTerms memory;

  /**
   * What a further attempt wants of memory.
   *
   * @param longestWait how long it may wait until what it needs is free; null: it does not look
   * @param alone whether nothing else of the pool runs beside it
   * @param factor how much more it gets than the attempt before; 1: as much
   * @param limitBytes the most that it gets
   */
  private record MemoryTerms(
      @Nullable Duration longestWait, boolean alone, double factor, long limitBytes) {
    static final MemoryTerms NONE = new MemoryTerms(null, false, 1, Long.MAX_VALUE);
  }

  private RetryPolicy(
      Set<Cause> causes,
      List<String> exceptionTypes,
      int attempts,
      Backoff backoff,
      MemoryTerms memory) {
    this.causes = causes;
    this.exceptionTypes = exceptionTypes;
    this.attempts = attempts;
    this.backoff = backoff;
    this.memory = memory;
  }

  private static RetryPolicy of(Set<Cause> causes, List<String> exceptionTypes) {
    return new RetryPolicy(
        causes, exceptionTypes, DEFAULT_ATTEMPTS, Backoff.NONE, MemoryTerms.NONE);
  }

  private RetryPolicy with(MemoryTerms terms) {
    return new RetryPolicy(causes, exceptionTypes, attempts, backoff, terms);
  }

  /** Returns a policy for all deaths of a worker under the task, of whatever cause; 3 attempts. */
  public static RetryPolicy onCrash() {
    Set<Cause> crashes = EnumSet.noneOf(Cause.class);
    for (Cause cause : Cause.values()) {
      if (cause.kind() == Cause.Kind.CRASH) {
        crashes.add(cause);
      }
    }
    return of(crashes, List.of());
  }

  /**
   * Returns a policy for all deaths for want of memory: the kernel's out-of-memory killer, {@code
   * memoryPerWorker}, and whatever of its own a JVM runs out of (heap, direct buffers, classes,
   * native memory); 3 attempts. What is preempted is tried again without any policy's leave.
   */
  public static RetryPolicy onMemory() {
    return on(
        Cause.KERNEL_OOM,
        Cause.MEMORY_LIMIT,
        Cause.HEAP_OOM,
        Cause.DIRECT_MEMORY_OOM,
        Cause.METASPACE_OOM,
        Cause.NATIVE_MEMORY_OOM);
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
    return of(EnumSet.of(Cause.EXCEPTION), List.copyOf(names));
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
    return of(EnumSet.copyOf(Arrays.asList(causes)), List.of());
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
    return new RetryPolicy(causes, exceptionTypes, number, backoff, memory);
  }

  /**
   * Returns this policy with a wait before each further attempt: {@code first}, doubled each time
   * up to {@code limit}, with jitter.
   *
   * @throws IllegalArgumentException if a wait is negative or over a day, or the limit is below the
   *     first
   */
  public RetryPolicy backoff(Duration first, Duration limit) {
    return new RetryPolicy(causes, exceptionTypes, attempts, new Backoff(first, limit), memory);
  }

  /**
   * Returns this policy with attempts that wait for memory: a further one begins once the dead
   * worker's memory is back, and as much is free as the task was seen to hold at most, in the
   * machine and in each control group around the workers. Meanwhile it holds no worker, and workers
   * with nothing to do leave. When the wait is over the task has failed, saying what it waited for
   * and what was free. Comes after the {@link #backoff}.
   *
   * @param maxWait the longest wait before each attempt; over zero and at most a day
   * @throws IllegalArgumentException if it is out of range
   */
  public RetryPolicy whenMemoryAvailable(Duration maxWait) {
    Objects.requireNonNull(maxWait, "maxWait");
    if (maxWait.isNegative() || maxWait.isZero() || maxWait.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "whenMemoryAvailable must wait over 0 and at most 24 h, maxWait=" + maxWait);
    }
    return with(new MemoryTerms(maxWait, memory.alone, memory.factor, memory.limitBytes));
  }

  /**
   * Returns this policy with attempts that run alone: nothing else of the pool starts until one has
   * ended, and it begins when nothing else is at work.
   */
  public RetryPolicy alone() {
    return with(new MemoryTerms(memory.longestWait, true, memory.factor, memory.limitBytes));
  }

  /**
   * Returns this policy with more memory for each further attempt, in a worker of its own. What
   * grows is {@code memoryPerWorker} if it is set, and the heap with it; else the heap alone.
   *
   * @param factor how much more than the attempt before; over 1 and at most 100
   * @param limitBytes the most that an attempt gets; once it has that, further attempts get the
   *     same
   * @throws IllegalArgumentException if a value is out of range
   */
  public RetryPolicy withMoreMemory(double factor, long limitBytes) {
    if (!(factor > 1 && factor <= LARGEST_FACTOR) || limitBytes < 1) {
      throw new IllegalArgumentException(
          "withMoreMemory needs a factor over 1 and at most 100 and a limit of 1 B or more, factor="
              + factor
              + ", limitBytes="
              + limitBytes);
    }
    return with(new MemoryTerms(memory.longestWait, memory.alone, factor, limitBytes));
  }

  /** Returns the number of attempts, the first included. */
  public int attempts() {
    return attempts;
  }

  /** Returns the waits between attempts. */
  public Backoff backoff() {
    return backoff;
  }

  /** Returns how long a further attempt may wait for memory; empty if it does not look. */
  public Optional<Duration> memoryWait() {
    return Optional.ofNullable(memory.longestWait);
  }

  /** Returns whether further attempts run alone. */
  public boolean runsAlone() {
    return memory.alone;
  }

  /** Returns whether further attempts get more memory. */
  public boolean givesMoreMemory() {
    return memory.factor > 1;
  }

  /**
   * Returns how much the next attempt gets.
   *
   * @param bytes how much the last one had
   */
  public long moreThan(long bytes) {
    return Math.max(bytes, (long) Math.min((double) memory.limitBytes, bytes * memory.factor));
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

  /** Returns all of it in words. */
  @Override
  public String toString() {
    String names = causes.stream().map(Cause::name).collect(Collectors.joining("|"));
    return "retry "
        + names
        + exceptionTypes
        + ", attempts="
        + attempts
        + ", backoff="
        + backoff
        + (memory.longestWait == null
            ? ""
            : ", when memory is available, wait=" + memory.longestWait)
        + (memory.alone ? ", alone" : "")
        + (givesMoreMemory() ? ", memory x" + memory.factor + " up to " + memory.limitBytes : "");
  }
}
