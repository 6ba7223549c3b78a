package dev.outlive.internal.client;

import dev.outlive.internal.service.ListService;
import dev.outlive.internal.service.MapService;
import dev.outlive.internal.service.QueueService;
import dev.outlive.internal.service.ResourceService;
import dev.outlive.internal.service.SetService;
import dev.outlive.managed.ManagerException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object in a server, as its proxies see it: every call of theirs goes over the client. While it
 * can be reached here, the object is held there.
 */
final class Far implements InvocationHandler {
  private static final Method TO_STRING = toStringMethod();

  private final Client client;
  private final long id;
  private final List<Class<?>> interfaces;
  private final Object proxy;

  Far(Client client, long id, List<Class<?>> interfaces) {
    this.client = client;
    this.id = id;
    this.interfaces = List.copyOf(interfaces);
    this.proxy = proxyOf(interfaces.getFirst());
  }

  private Object proxyOf(Class<?> type) {
    if (type == ListService.class) {
      return new RemoteList<>(this, bare(ListService.class));
    } else if (type == MapService.class) {
      return new RemoteMap<>(this, bare(MapService.class));
    } else if (type == SetService.class) {
      return new RemoteSet<>(this, bare(SetService.class));
    } else if (type == QueueService.class) {
      return new RemoteQueue<>(this, bare(QueueService.class));
    } else if (type == ResourceService.class) {
      return new RemoteResourcePool<>(this, bare(ResourceService.class));
    }
    Class<?>[] types = new Class<?>[interfaces.size() + 1];
    interfaces.toArray(types);
    types[interfaces.size()] = Travelling.class;
    ClassLoader loader = type.getClassLoader();
    boolean common = loader == null || loader.equals(ClassLoader.getPlatformClassLoader());
    return Proxy.newProxyInstance(common ? Travelling.class.getClassLoader() : loader, types, this);
  }

  /** Returns what calls the object by an interface that only Outlive knows. */
  <S> S bare(Class<S> service) {
    return service.cast(
        Proxy.newProxyInstance(service.getClassLoader(), new Class<?>[] {service}, this));
  }

  /** Returns what the user has of the object. */
  Object proxy() {
    return proxy;
  }

  long id() {
    return id;
  }

  String manager() {
    return client.manager();
  }

  List<Class<?>> interfaces() {
    return interfaces;
  }

  /** Whether it is one whose functions run with it locked: a collection. */
  boolean locksWhileItRunsFunctions() {
    return interfaces.getFirst().getPackage() == ListService.class.getPackage()
        && interfaces.getFirst() != ResourceService.class;
  }

  /** Returns the reference that travels in place of the proxy, and sees to it that it will hold. */
  Ref travel() {
    return client.refOf(this);
  }

  /** Returns whether a function can be run in the server. */
  boolean takes(Object function) {
    return client.takes(function);
  }

  @Override
  public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getDeclaringClass() == Travelling.class) {
      return travel();
    }
    if (method.getDeclaringClass() != Object.class) {
      return client.call(this, method, arguments == null ? new Object[0] : arguments);
    }
    return switch (method.getName()) {
      case "equals" -> arguments != null && isSame(arguments[0]);
      case "hashCode" -> hashCode();
      default -> shown();
    };
  }

  private boolean isSame(@Nullable Object other) {
    return other != null
        && Proxy.isProxyClass(other.getClass())
        && Proxy.getInvocationHandler(other) instanceof Far far
        && equals(far);
  }

  /** Never fails: it is what debuggers and messages show. */
  private String shown() {
    try {
      return String.valueOf(client.call(this, TO_STRING, new Object[0]));
    } catch (Throwable e) {
      return toString() + (e instanceof ManagerException ? " (not reachable)" : " (" + e + ")");
    }
  }

  private static Method toStringMethod() {
    try {
      return Object.class.getMethod("toString");
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Far far && client == far.client && id == far.id;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(id) * 31 + client.manager().hashCode();
  }

  @Override
  public String toString() {
    return interfaces.getFirst().getSimpleName() + " " + id + " of manager " + client.manager();
  }
}
