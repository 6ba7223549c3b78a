package dev.outlive.internal.service;

import dev.outlive.managed.Namespace;
import dev.outlive.managed.Update;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A namespace in the server. Safe for use by many threads. */
public final class NamespaceObject implements Namespace {
  private final TreeMap<String, @Nullable Object> values = new TreeMap<>();

  @Override
  public synchronized @Nullable Object get(String name) {
    return values.get(known(name));
  }

  @Override
  public synchronized void set(String name, @Nullable Object value) {
    values.put(name, value);
  }

  @Override
  @SuppressWarnings({"unchecked", "NullAway"}) // the caller says what the name holds
  public synchronized <T extends @Nullable Object> T update(String name, Update<T> update) {
    T changed = update.apply((T) values.get(known(name)));
    values.put(name, changed);
    return changed;
  }

  @Override
  public synchronized boolean remove(String name) {
    boolean had = values.containsKey(name);
    values.remove(name);
    return had;
  }

  @Override
  public synchronized boolean has(String name) {
    return values.containsKey(name);
  }

  @Override
  public synchronized Set<String> names() {
    return new TreeSet<>(values.keySet());
  }

  private String known(String name) {
    if (!values.containsKey(name)) {
      throw new NoSuchElementException(
          "no name \"" + name + "\" here; there are " + values.keySet());
    }
    return name;
  }
}
