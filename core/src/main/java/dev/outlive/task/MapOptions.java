package dev.outlive.task;

import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one run of {@code map}, {@code mapAsync}, {@code forEach}, {@code stream}, {@code outcomes}
 * or {@code gatherer} does otherwise than its pool's defaults. Immutable; each {@code withX}
 * returns a copy.
 *
 * {@snippet file="dev/outlive/snippets/TaskSnippets.java" region="map-options"}
 */
public final class MapOptions {
  /** The largest chunk. */
  public static final int LARGEST_CHUNK = 1 << 16;

  /** No wishes: the pool's defaults hold, and the pool finds out how many inputs go together. */
  public static final MapOptions DEFAULTS = new MapOptions(Wishes.NONE, 0);

  private final Wishes wishes;
  private final int chunk;

  private MapOptions(Wishes wishes, int chunk) {
    this.wishes = wishes;
    this.chunk = chunk;
  }

  /** Returns options with a name for the function, for messages, records and thread dumps. */
  public static MapOptions named(String name) {
    return DEFAULTS.withName(name);
  }

  /** Returns these options with a name for the function. */
  public MapOptions withName(String value) {
    return new MapOptions(wishes.withName(value), chunk);
  }

  /**
   * Returns these options with a number of inputs that travel together. A larger chunk costs less
   * per input and shares out less evenly. What a dead worker had finished of a chunk is kept; what
   * it had not begun goes elsewhere. Chunks of a stream shrink where inputs or results are large.
   *
   * <p>Where nothing is said, a run over inputs that are all there ({@code map}, {@code forEach})
   * makes chunks that take about a millisecond, by the time that its inputs took so far, and
   * smaller ones towards its end; inputs of a stream travel one by one.
   *
   * @throws IllegalArgumentException unless 1..65,536
   */
  public MapOptions withChunk(int inputs) {
    if (inputs < 1 || inputs > LARGEST_CHUNK) {
      throw new IllegalArgumentException("chunk must be 1.." + LARGEST_CHUNK + ", chunk=" + inputs);
    }
    return new MapOptions(wishes, inputs);
  }

  /**
   * Returns these options with a limit per input and attempt; the clock starts when the function
   * starts on that input in its worker.
   *
   * @throws IllegalArgumentException unless over zero and at most 365 days
   */
  public MapOptions withTimeout(Duration limit) {
    return new MapOptions(wishes.withTimeout(limit), chunk);
  }

  /** Returns these options with retry policies instead of the pool's; none given: no retry. */
  public MapOptions withRetry(RetryPolicy... policies) {
    return new MapOptions(wishes.withRetry(policies), chunk);
  }

  /**
   * Returns these options with a priority of the run's inputs, as {@link TaskOptions#withPriority}.
   *
   * @throws IllegalArgumentException unless -10..10
   */
  public MapOptions withPriority(int priority) {
    return new MapOptions(wishes.withPriority(priority), chunk);
  }

  /** Returns these options with a policy for a worker that dies under an input. */
  public MapOptions withOnCrash(FailurePolicy policy) {
    return new MapOptions(wishes.withOnCrash(policy), chunk);
  }

  /** Returns these options with a policy for an input on which the function throws. */
  public MapOptions withOnException(FailurePolicy policy) {
    return new MapOptions(wishes.withOnException(policy), chunk);
  }

  /** Returns these options with a policy for an input on which the function runs too long. */
  public MapOptions withOnTimeout(FailurePolicy policy) {
    return new MapOptions(wishes.withOnTimeout(policy), chunk);
  }

  /** Returns the function's name, if one was given. */
  public Optional<String> name() {
    return Optional.ofNullable(wishes.name());
  }

  /** Returns how many inputs travel together; 0: nothing was said. */
  public int chunk() {
    return chunk;
  }

  /** Returns the limit per input and attempt, if one was given. */
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

  /** Returns the policy for an input on which the function throws, if one was given. */
  public Optional<FailurePolicy> onException() {
    return Optional.ofNullable(wishes.onException());
  }

  /** Returns the policy for an input on which the function runs too long, if one was given. */
  public Optional<FailurePolicy> onTimeout() {
    return Optional.ofNullable(wishes.onTimeout());
  }

  /** Returns the priority. */
  public int priority() {
    return wishes.priority();
  }
}
