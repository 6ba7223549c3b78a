package dev.outlive.task;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run of {@code map} or {@code stream} failed at one input, whose policy is FAIL; the rest of the
 * run was cancelled. The cause is what a lone future would have thrown.
 */
public final class MapFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int index;
  private final transient @Nullable Object input;
  private final transient List<Outcome<?>> outcomes;

  /** Creates one with the failed input and the outcomes so far, one per input. */
  public MapFailedException(
      String message,
      Throwable cause,
      int index,
      @Nullable Object input,
      List<? extends Outcome<?>> outcomes) {
    super(message, cause);
    this.index = index;
    this.input = input;
    this.outcomes = new ArrayList<>(outcomes);
  }

  /** Returns the index of the input that failed, from 0. */
  public int index() {
    return index;
  }

  /** Returns the input that failed; null also after this exception was serialised. */
  public @Nullable Object input() {
    return input;
  }

  /**
   * Returns one outcome per input, in their order; those that had not ended are {@link
   * Outcome.Cancelled}. Of a stream, which may be endless: the failed one, and after it those that
   * had ended of what was in flight; {@link Outcome#index()} tells whose they are. Empty after this
   * exception was serialised.
   */
  public List<Outcome<?>> outcomes() {
    return outcomes == null ? List.of() : List.copyOf(outcomes);
  }
}
