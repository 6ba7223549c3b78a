package dev.outlive.task;

import java.io.Serializable;

/**
 * A function without a result that may travel to another process, and may throw.
 *
 * @param <I> the type of its input, serialisable
 */
@FunctionalInterface
public interface ItemAction<I> extends Serializable {
  /**
   * Does the work for one input.
   *
   * @throws Exception if it fails; arrives at the caller in its own type
   */
  void accept(I input) throws Exception;
}
