package dev.outlive.internal.wire;

import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Methods by name and descriptor, which mean the same in every process. */
public final class Signature {
  private static final ClassValue<Map<String, Method>> METHODS =
      new ClassValue<>() {
        @Override
        protected Map<String, Method> computeValue(Class<?> type) {
          Map<String, Method> methods = new HashMap<>();
          for (Method method : type.getMethods()) {
            methods.putIfAbsent(of(method), method);
          }
          return methods;
        }
      };

  private Signature() {}

  /** Returns name and descriptor, {@code get(I)Ljava/lang/Object;}. */
  public static String of(Method method) {
    return method.getName()
        + MethodType.methodType(method.getReturnType(), method.getParameterTypes())
            .toMethodDescriptorString();
  }

  /** Returns the public method of one of the interfaces; null if there is none. */
  public static @org.jspecify.annotations.Nullable Method find(
      List<Class<?>> interfaces, String signature) {
    for (Class<?> type : interfaces) {
      Method method = METHODS.get(type).get(signature);
      if (method != null) {
        return method;
      }
    }
    return null;
  }
}
