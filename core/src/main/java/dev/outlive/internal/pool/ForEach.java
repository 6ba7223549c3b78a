package dev.outlive.internal.pool;

import dev.outlive.internal.protocol.Wrapping;
import dev.outlive.task.ItemAction;
import dev.outlive.task.TaskFunction;

/**
 * A function without a result, as one that returns true when it is done.
 *
 * @param action what to do with each input
 * @param <I> the type of the inputs
 */
public record ForEach<I>(ItemAction<I> action) implements TaskFunction<I, Boolean>, Wrapping {
  @Override
  public Boolean apply(I input) throws Exception {
    action.accept(input);
    return true;
  }

  @Override
  public Object wrapped() {
    return action;
  }
}
