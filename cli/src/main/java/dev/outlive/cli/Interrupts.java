package dev.outlive.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Takes SIGINT while it is open, and tells how many have come. Workers live in sessions of their
 * own, so that Ctrl-C reaches only this process.
 *
 * <p>The JDK takes signals by {@code sun.misc.Signal} alone (module {@code jdk.unsupported}), of
 * whose every mention javac warns in a way that cannot be suppressed: hence the reflection.
 */
final class Interrupts implements AutoCloseable {
  private final Method handle;
  private final Object signal;
  private final Object before;

  private Interrupts(IntConsumer told) throws ReflectiveOperationException {
    Class<?> signalType = Class.forName("sun.misc.Signal");
    Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
    AtomicInteger count = new AtomicInteger();
    Object handler =
        Proxy.newProxyInstance(
            handlerType.getClassLoader(),
            new Class<?>[] {handlerType},
            (self, method, arguments) -> {
              if (method.getName().equals("handle")) {
                told.accept(count.incrementAndGet());
              }
              return null;
            });
    this.handle = signalType.getMethod("handle", signalType, handlerType);
    this.signal = signalType.getConstructor(String.class).newInstance("INT");
    this.before = handle.invoke(null, signal, handler);
  }

  /**
   * Begins to take SIGINT.
   *
   * @param told is called with 1, 2 ... on a thread of the JVM's
   * @throws UsageException if this JVM leaves signals alone, as it does under {@code -Xrs}
   */
  static Interrupts take(IntConsumer told) {
    try {
      return new Interrupts(told);
    } catch (ReflectiveOperationException e) {
      throw new UsageException("SIGINT cannot be taken by this JVM: " + e.getCause(), e);
    }
  }

  @Override
  public void close() {
    try {
      handle.invoke(null, signal, before);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("SIGINT was taken and cannot be given back", e);
    }
  }
}
