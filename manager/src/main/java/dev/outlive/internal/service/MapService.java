package dev.outlive.internal.service;

import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the proxy of a map calls. */
public interface MapService {
  int size();

  @Nullable Object get(Object key);

  boolean containsKey(Object key);

  boolean containsValue(Object value);

  @Nullable Object put(Object key, Object value);

  void putAll(Object[] keys, Object[] values);

  @Nullable Object putIfAbsent(Object key, Object value);

  @Nullable Object remove(Object key);

  boolean remove(Object key, Object value);

  boolean removeKeys(Object[] keys);

  @Nullable Object replace(Object key, Object value);

  boolean replace(Object key, Object expected, Object value);

  void clear();

  Object[] keys();

  Object[] values();

  /** Returns keys and values in turn. */
  Object[] entries();

  @Nullable Object compute(
      Object key, BiFunction<Object, @Nullable Object, @Nullable Object> function);

  @Nullable Object computeIfAbsent(Object key, Function<Object, @Nullable Object> function);

  @Nullable Object computeIfPresent(
      Object key, BiFunction<Object, Object, @Nullable Object> function);

  @Nullable Object merge(
      Object key, Object value, BiFunction<Object, Object, @Nullable Object> function);

  void replaceAll(BiFunction<Object, Object, Object> function);
}
