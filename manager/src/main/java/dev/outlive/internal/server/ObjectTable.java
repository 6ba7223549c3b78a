package dev.outlive.internal.server;

import dev.outlive.internal.client.Ref;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The managed objects of a server. One is there as long as somebody holds it: a client that has a
 * proxy, or one that has sent a reference elsewhere, and for a while after that one's end, since
 * the reference may still be on its way. Safe for use by many threads.
 */
final class ObjectTable {
  /**
   * A managed object.
   *
   * @param target the object itself
   * @param interfaces what it can be called by
   */
  record Managed(Object target, List<Class<?>> interfaces) {}

  private static final class Entry {
    final Managed managed;
    int uses;

    Entry(Managed managed) {
      this.managed = managed;
    }
  }

  private final String manager;
  private final Map<Long, Entry> entries = new HashMap<>(); // guarded by this
  private final IdentityHashMap<Object, Long> ids = new IdentityHashMap<>(); // guarded by this
  private long last;

  ObjectTable(String manager) {
    this.manager = manager;
  }

  /** Adds an object, which nobody holds yet, or returns what there is of it. */
  synchronized Ref add(Object target, Class<?> type) {
    Long known = ids.get(target);
    if (known != null) {
      return ref(known);
    }
    last++;
    entries.put(last, new Entry(new Managed(target, List.of(type))));
    ids.put(target, last);
    return ref(last);
  }

  /** Adds an object, or finds what there is of it, and uses it once. */
  synchronized Ref addAndUse(Object target, Class<?> type) {
    Ref ref = add(target, type);
    boolean _ = use(ref.object());
    return ref;
  }

  private Ref ref(long id) {
    Entry entry = entries.get(id);
    if (entry == null) {
      throw new AssertionError("object " + id + " has an id and no entry");
    }
    return new Ref(manager, id, entry.managed.interfaces().toArray(Class<?>[]::new));
  }

  /** Returns the object of an id; null if there is none any more. */
  synchronized @Nullable Managed find(long id) {
    Entry entry = entries.get(id);
    return entry == null ? null : entry.managed;
  }

  /** Returns the reference to an object if it is managed, or else null. */
  synchronized @Nullable Ref refTo(Object target) {
    Long id = ids.get(target);
    return id == null ? null : ref(id);
  }

  /** Somebody holds an object once more; false if there is none any more. */
  synchronized boolean use(long id) {
    Entry entry = entries.get(id);
    if (entry == null) {
      return false;
    }
    entry.uses++;
    return true;
  }

  /** Somebody holds an object so many times less. */
  synchronized void drop(long id, int times) {
    Entry entry = entries.get(id);
    if (entry != null) {
      entry.uses -= times;
      if (entry.uses <= 0) {
        entries.remove(id);
        ids.remove(entry.managed.target());
      }
    }
  }

  synchronized int size() {
    return entries.size();
  }
}
