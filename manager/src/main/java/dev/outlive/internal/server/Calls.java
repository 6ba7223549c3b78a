package dev.outlive.internal.server;

import dev.outlive.internal.client.Clients;
import dev.outlive.internal.client.Ref;
import dev.outlive.internal.client.RootService;
import dev.outlive.internal.server.ObjectTable.Managed;
import dev.outlive.internal.wire.Filters;
import dev.outlive.internal.wire.Message;
import dev.outlive.internal.wire.Signature;
import dev.outlive.internal.wire.Views;
import dev.outlive.managed.ByReference;
import dev.outlive.managed.ManagerException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Carries out calls: finds the object and the method, decodes, calls, encodes. */
final class Calls {
  private static final String TO_STRING = "toString()Ljava/lang/String;";

  private final String manager;
  private final ObjectTable objects;
  private final RootService root;
  private final Filters filters;

  Calls(String manager, ObjectTable objects, RootService root, Filters filters) {
    this.manager = manager;
    this.objects = objects;
    this.root = root;
    this.filters = filters;
  }

  /**
   * Returns what a method has returned, encoded.
   *
   * @throws Throwable what it has thrown
   */
  ByteBuffer carryOut(Message.Call call, Session session) throws Throwable {
    Managed managed = find(call.object());
    Method method = method(managed, call.method());
    @Nullable Object[] arguments = arguments(call, method);
    Object result;
    try {
      result = method.invoke(managed.target(), arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
    if (result == null || !isByReference(managed.target(), method)) {
      return encodeResult(result, method, session);
    }
    Ref ref = reference(result, method);
    try {
      return encodeResult(ref, method, session);
    } finally {
      objects.drop(ref.object(), 1);
    }
  }

  private ByteBuffer encodeResult(@Nullable Object result, Method method, Session session) {
    try {
      return encode(result, session);
    } catch (IOException e) {
      throw new ManagerException(
          "what " + shown(method) + " returned cannot travel: " + e.getMessage(), e);
    }
  }

  /** The object is in use until it is dropped once. */
  private Ref reference(Object result, Method method) {
    if (Views.has(method.getReturnType())) {
      throw new ManagerException(
          shown(method)
              + " is by reference and returns a "
              + method.getReturnType().getSimpleName()
              + ". "
              + Views.CURE,
          null);
    }
    return objects.addAndUse(result, method.getReturnType());
  }

  private Managed find(long object) {
    if (object == RootService.ID) {
      return new Managed(root, List.of(RootService.class));
    }
    Managed managed = objects.find(object);
    if (managed == null) {
      throw new ManagerException(
          "object " + object + " of manager " + manager + " is gone: nobody held it any more",
          null);
    }
    return managed;
  }

  private static Method method(Managed managed, String signature) throws Exception {
    if (signature.equals(TO_STRING)) {
      return Object.class.getMethod("toString");
    }
    Method method = Signature.find(managed.interfaces(), signature);
    if (method == null || Modifier.isStatic(method.getModifiers())) {
      throw new ManagerException(
          "the object has no method "
              + signature
              + ": the server was started with other classes than this program has",
          null);
    }
    if (!Modifier.isPublic(method.getDeclaringClass().getModifiers())) {
      method.setAccessible(true);
    }
    return method;
  }

  private @Nullable Object[] arguments(Message.Call call, Method method) {
    @Nullable Object[] arguments = new Object[call.arguments().size()];
    for (int i = 0; i < arguments.length; i++) {
      ByteBuffer bytes = call.arguments().get(i);
      try {
        arguments[i] = filters.decode(bytes);
      } catch (IOException | ClassNotFoundException | RuntimeException | LinkageError e) {
        throw new ManagerException(
            "argument "
                + (i + 1)
                + " of "
                + shown(method)
                + " cannot be decoded in the manager's server: "
                + e,
            e);
      }
    }
    return arguments;
  }

  private static boolean isByReference(Object target, Method method) throws NoSuchMethodException {
    if (!method.getReturnType().isInterface()) {
      return false;
    }
    return method.isAnnotationPresent(ByReference.class)
        || target
            .getClass()
            .getMethod(method.getName(), method.getParameterTypes())
            .isAnnotationPresent(ByReference.class);
  }

  /** What is managed, or a proxy, goes as a reference, and the client holds it from now on. */
  private ByteBuffer encode(@Nullable Object value, Session session) throws IOException {
    return Clients.encode(manager, value, part -> replaced(part, session));
  }

  private @Nullable Object replaced(@Nullable Object part, Session session) {
    if (part == null) {
      return null;
    }
    Ref ref = part instanceof Ref known ? known : objects.refTo(part);
    if (ref != null && ref.manager().equals(manager)) {
      boolean _ = session.hold(ref.object());
    }
    return ref == null ? part : ref;
  }

  /** Returns an exception as bytes; empty if it cannot travel. */
  ByteBuffer encodeError(Throwable error, Session session) {
    try {
      return encode(error, session);
    } catch (IOException | RuntimeException | Error e) {
      return ByteBuffer.allocate(0);
    }
  }

  private static String shown(Method method) {
    return method.getDeclaringClass().getSimpleName() + "." + method.getName();
  }
}
