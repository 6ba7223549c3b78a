package dev.outlive.internal.client;

import dev.outlive.internal.wire.Signature;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What every call of a method needs to know of it, found out once.
 *
 * @param signature what the server knows it by
 * @param throwsInterrupted whether an interrupt is to end it
 */
record Called(String signature, boolean throwsInterrupted) {
  private static final ClassValue<Map<Method, Called>> KNOWN =
      new ClassValue<>() {
        @Override
        protected Map<Method, Called> computeValue(Class<?> type) {
          return new ConcurrentHashMap<>();
        }
      };

  static Called of(Method method) {
    return KNOWN.get(method.getDeclaringClass()).computeIfAbsent(method, Called::look);
  }

  private static Called look(Method method) {
    return new Called(
        Signature.of(method),
        Arrays.stream(method.getExceptionTypes())
            .anyMatch(type -> type.isAssignableFrom(InterruptedException.class)));
  }
}
