package dev.outlive.cli;

import dev.outlive.task.Task;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * The call of a static method on one input, by name: the class is looked up on the class path of
 * the worker. Immutable.
 *
 * @param method which method
 * @param input its argument
 */
record MethodCall(MethodName method, String input) implements Task<Answer> {

  /**
   * Calls the method.
   *
   * @throws Exception what the method throws, unwrapped
   */
  @Override
  public Answer call() throws Exception {
    Class<?> type =
        Class.forName(method.className(), true, Thread.currentThread().getContextClassLoader());
    Method target = type.getDeclaredMethod(method.name(), String.class);
    target.setAccessible(true);
    try {
      Object result = target.invoke(null, input);
      return new Answer(result == null ? null : result.toString());
    } catch (InvocationTargetException e) {
      throw MethodCall.<RuntimeException>asIs(e.getCause() == null ? e : e.getCause());
    }
  }

  /** Lets any exception through, as the method itself could have thrown it. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E asIs(Throwable error) throws E {
    throw (E) error;
  }
}
