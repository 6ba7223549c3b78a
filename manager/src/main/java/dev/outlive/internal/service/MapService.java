package dev.outlive.internal.service;

import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the proxy of a map calls. */
public interface MapService {
  /** The stamp of a key that has no value. */
  long ABSENT = 0;

  int size();

  @Nullable Object get(Object key);

  boolean containsKey(Object key);

  boolean containsKeys(Object[] keys);

  boolean containsValue(Object value);

  @Nullable Object put(Object key, Object value);

  void putAll(Object[] keys, Object[] values);

  @Nullable Object putIfAbsent(Object key, Object value);

  @Nullable Object remove(Object key);

  boolean remove(Object key, Object value);

  /** Removes the entries of these keys, and returns whether there were any. */
  boolean removeKeys(Object[] keys);

  /** Removes an entry with this value, and returns whether there was one. */
  boolean removeValue(Object value);

  /** Removes each of these entries that is as it was, and returns whether there were any. */
  boolean removeIfSame(Object[] keys, long[] stamps);

  @Nullable Object replace(Object key, Object value);

  boolean replace(Object key, Object expected, Object value);

  void clear();

  Object[] keys();

  Object[] values();

  Entries entries();

  /** Returns the entry of a key, or none. */
  Entries entry(Object key);

  /**
   * Puts a value if nobody has put another since the entry was read.
   *
   * @param value null: the entry is removed
   * @return whether it did
   */
  boolean putIfSame(Object key, long stamp, @Nullable Object value);

  /** Puts each of these values if nobody has put another, and returns the other keys. */
  Object[] putAllIfSame(Object[] keys, long[] stamps, Object[] values);

  @Nullable Object compute(
      Object key, BiFunction<Object, @Nullable Object, @Nullable Object> function);

  @Nullable Object computeIfAbsent(Object key, Function<Object, @Nullable Object> function);

  @Nullable Object computeIfPresent(
      Object key, BiFunction<Object, Object, @Nullable Object> function);

  @Nullable Object merge(
      Object key, Object value, BiFunction<Object, Object, @Nullable Object> function);

  void replaceAll(BiFunction<Object, Object, Object> function);
}
