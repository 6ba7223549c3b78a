package dev.outlive.internal.protocol;

import java.lang.invoke.SerializedLambda;

/** What a task is called where the user gave it no name: after the code that it runs. */
public final class FunctionName {
  private FunctionName() {}

  /** Returns {@code Class::method} for a method reference, {@code Class lambda} for a lambda. */
  public static String of(Object function) {
    SerializedLambda lambda = LambdaCode.of(function);
    if (lambda == null) {
      return ofClass(function.getClass());
    }
    String method = lambda.getImplMethodName();
    return method.startsWith("lambda$")
        ? simple(lambda.getCapturingClass()) + " lambda"
        : simple(lambda.getImplClass()) + "::" + (method.equals("<init>") ? "new" : method);
  }

  /** A lambda of a module that does not open itself cannot be asked what it is made of. */
  private static String ofClass(Class<?> type) {
    int lambda = type.isHidden() ? type.getName().indexOf("$$Lambda") : -1;
    return lambda < 0
        ? simple(type.getName())
        : simple(type.getName().substring(0, lambda)) + " lambda";
  }

  private static String simple(String name) {
    return name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('/')) + 1);
  }
}
