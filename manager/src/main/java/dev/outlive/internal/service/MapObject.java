package dev.outlive.internal.service;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A map in the server. Safe for use by many threads. */
public final class MapObject implements MapService {
  private final ConcurrentHashMap<Object, Object> map = new ConcurrentHashMap<>();

  @Override
  public int size() {
    return map.size();
  }

  @Override
  public @Nullable Object get(Object key) {
    return map.get(key);
  }

  @Override
  public boolean containsKey(Object key) {
    return map.containsKey(key);
  }

  @Override
  public boolean containsValue(Object value) {
    return map.containsValue(value);
  }

  @Override
  public @Nullable Object put(Object key, Object value) {
    return map.put(key, value);
  }

  @Override
  public void putAll(Object[] keys, Object[] values) {
    for (int i = 0; i < keys.length; i++) {
      Object _ = map.put(keys[i], values[i]);
    }
  }

  @Override
  public @Nullable Object putIfAbsent(Object key, Object value) {
    return map.putIfAbsent(key, value);
  }

  @Override
  public @Nullable Object remove(Object key) {
    return map.remove(key);
  }

  @Override
  public boolean remove(Object key, Object value) {
    return map.remove(key, value);
  }

  @Override
  public boolean removeKeys(Object[] keys) {
    return map.keySet().removeAll(Membership.of(keys));
  }

  @Override
  public @Nullable Object replace(Object key, Object value) {
    return map.replace(key, value);
  }

  @Override
  public boolean replace(Object key, Object expected, Object value) {
    return map.replace(key, expected, value);
  }

  @Override
  public void clear() {
    map.clear();
  }

  @Override
  public Object[] keys() {
    return map.keySet().toArray();
  }

  @Override
  public Object[] values() {
    return map.values().toArray();
  }

  @Override
  public Object[] entries() {
    List<Object> entries = new ArrayList<>();
    map.forEach(
        (key, value) -> {
          entries.add(key);
          entries.add(value);
        });
    return entries.toArray();
  }

  @Override
  public @Nullable Object compute(
      Object key, BiFunction<Object, @Nullable Object, @Nullable Object> function) {
    return map.compute(key, function);
  }

  @Override
  public @Nullable Object computeIfAbsent(Object key, Function<Object, @Nullable Object> function) {
    return map.computeIfAbsent(key, function);
  }

  @Override
  public @Nullable Object computeIfPresent(
      Object key, BiFunction<Object, Object, @Nullable Object> function) {
    return map.computeIfPresent(key, function);
  }

  @Override
  public @Nullable Object merge(
      Object key, Object value, BiFunction<Object, Object, @Nullable Object> function) {
    return map.merge(key, value, function);
  }

  @Override
  public void replaceAll(BiFunction<Object, Object, Object> function) {
    map.replaceAll(function);
  }
}
