package dev.outlive.internal.pool;

import dev.outlive.internal.protocol.Loaders;
import dev.outlive.internal.protocol.OwnClasses;
import java.io.IOException;
import java.io.InvalidClassException;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The loaders whose classes a pool's workers get from here: all but boot, platform and application,
 * which workers have of their own, and whichever has defined Outlive.
 *
 * <p>The table holds none of them: a web application's loader can be collected once nothing that
 * was submitted with its classes is unfinished or held by the user. What keeps it until then is a
 * {@link Lease}. Safe for use by many threads.
 */
public final class LoaderTable {
  private final Map<Key, Key> byLoader = new ConcurrentHashMap<>();
  private final Map<Integer, Key> byNumber = new ConcurrentHashMap<>();
  private final AtomicInteger last = new AtomicInteger();
  private final ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
  private final Lease forGood = new Lease();

  /** A loader by identity, whatever its {@code equals} says. */
  private static final class Key extends WeakReference<ClassLoader> {
    final int number;
    private final int hash;

    /** The names of its classes whose bytes are known to be there. */
    private final Set<String> available = ConcurrentHashMap.newKeySet();

    Key(ClassLoader loader, int number, @Nullable ReferenceQueue<ClassLoader> queue) {
      super(loader, queue);
      this.number = number;
      this.hash = System.identityHashCode(loader);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other || (other instanceof Key key && get() != null && key.refersTo(get()));
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /** Returns what keeps loaders for as long as the pool lives. */
  public Lease forGood() {
    return forGood;
  }

  /** Returns what keeps the loaders of one submission. */
  Lease lease() {
    return new Lease();
  }

  /** Returns the number under which workers know the loader that defined the class. */
  int number(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null || common(type, loader) ? Loaders.COMMON : key(loader).number;
  }

  /** Returns the loader of a number that some worker has named; null if there is none, or gone. */
  @Nullable ClassLoader byNumber(int number) {
    Key key = byNumber.get(number);
    return key == null ? null : key.get();
  }

  @SuppressWarnings(
      "ReferenceEquality") // what a loader of the user's says of equality is no matter
  private static boolean common(Class<?> type, ClassLoader loader) {
    ClassLoader own = ClassLoader.getSystemClassLoader();
    while (own != null && own != loader) {
      own = own.getParent(); // the platform's, or one that a system loader of the user's stands on
    }
    return own != null || OwnClasses.contains(type);
  }

  private Key key(ClassLoader loader) {
    Key known = byLoader.get(new Key(loader, 0, null));
    if (known != null) {
      return known;
    }
    forgetCollected();
    Key fresh = new Key(loader, last.incrementAndGet(), collected);
    Key other = byLoader.putIfAbsent(fresh, fresh);
    if (other != null) {
      return other;
    }
    byNumber.put(fresh.number, fresh);
    return fresh;
  }

  private void forgetCollected() {
    for (Reference<?> gone = collected.poll(); gone != null; gone = collected.poll()) {
      if (gone instanceof Key key) {
        byLoader.remove(key);
        byNumber.remove(key.number);
      }
    }
  }

  /**
   * What one submission's bytes are encoded with. Keeps the loaders whose numbers stand in them,
   * and refuses classes that no worker could get.
   */
  public final class Lease implements Loaders {
    private final Set<ClassLoader> kept =
        Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>(1)));

    private Lease() {}

    @Override
    public int number(Class<?> type) throws IOException {
      ClassLoader loader = type.getClassLoader();
      if (type.isHidden()) {
        throw new InvalidClassException(
            type.getName(),
            "this class is hidden, so no other process can find it by its name. Use a named class");
      }
      if (loader == null || common(type, loader)) {
        return COMMON;
      }
      Key key = key(loader);
      requireBytes(elementOf(type), key);
      kept.add(loader);
      return key.number;
    }

    private static Class<?> elementOf(Class<?> type) {
      Class<?> element = type;
      while (element.isArray()) {
        element = element.getComponentType();
      }
      return element;
    }

    private static void requireBytes(Class<?> type, Key key) throws IOException {
      if (Proxy.isProxyClass(type) || key.available.contains(type.getName())) {
        return;
      }
      IOException cause = null;
      try {
        if (ClassSource.bytes(type) != null) {
          key.available.add(type.getName());
          return;
        }
      } catch (IOException | RuntimeException | LinkageError e) {
        cause = new IOException(e);
      }
      InvalidClassException refusal =
          new InvalidClassException(type.getName(), LoaderTable.withoutBytes(type));
      refusal.initCause(cause);
      throw refusal;
    }

    @Override
    public Class<?> find(int loader, String name) throws ClassNotFoundException {
      return loader == COMMON ? OwnClasses.find(name) : Class.forName(name, false, loader(loader));
    }

    @Override
    public ClassLoader loader(int loader) throws ClassNotFoundException {
      ClassLoader known = byNumber(loader);
      if (known == null) {
        throw new ClassNotFoundException(
            "the worker names class loader " + loader + ", which this pool does not have");
      }
      return known;
    }
  }

  /** Says why a worker cannot have this class. */
  static String withoutBytes(Class<?> type) {
    return "workers cannot get this class: its loader "
        + type.getClassLoader().getClass().getName()
        + " does not give its bytes. The loader must give the bytes of its classes by"
        + " getResourceAsStream(\""
        + type.getName().replace('.', '/')
        + ".class\")";
  }
}
