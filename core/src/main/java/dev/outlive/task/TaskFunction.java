package dev.outlive.task;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A function that may travel to another process, and may throw.
 *
 * @param <I> the type of its input, serialisable
 * @param <O> the type of its output, serialisable
 */
@FunctionalInterface
public interface TaskFunction<I extends @Nullable Object, O extends @Nullable Object>
    extends Serializable {
  /**
   * Computes the output for one input.
   *
   * @throws Exception if it fails; arrives at the caller in its own type
   */
  O apply(I input) throws Exception;
}
