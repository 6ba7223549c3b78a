package dev.outlive.internal.client;

import dev.outlive.internal.service.MapService;
import java.util.AbstractMap;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The proxy of a map. A function that travels is run in the server, in one step with what it reads
 * and writes; one that does not is run here, and again until nobody has changed its key meanwhile,
 * as {@link ConcurrentMap} does it by default.
 */
@SuppressWarnings("unchecked") // what the map holds is what was put in
final class RemoteMap<K, V> extends AbstractMap<K, V> implements ConcurrentMap<K, V>, Travelling {
  private static final long serialVersionUID = 1;

  private final transient Far far;
  private final transient MapService service;

  RemoteMap(Far far, MapService service) {
    this.far = far;
    this.service = service;
  }

  @Override
  public Object writeReplace() {
    return far.travel();
  }

  @Override
  public int size() {
    return service.size();
  }

  @Override
  public boolean isEmpty() {
    return size() == 0;
  }

  @Override
  public @Nullable V get(Object key) {
    return (V) service.get(key);
  }

  @Override
  public V getOrDefault(Object key, V otherwise) {
    Object value = service.get(key);
    return value == null ? otherwise : (V) value;
  }

  @Override
  public boolean containsKey(Object key) {
    return service.containsKey(key);
  }

  @Override
  public boolean containsValue(Object value) {
    return service.containsValue(value);
  }

  @Override
  public @Nullable V put(K key, V value) {
    return (V) service.put(key, value);
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> entries) {
    HashMap<K, V> copy = new HashMap<>(entries);
    for (Entry<K, V> entry : copy.entrySet()) {
      Objects.requireNonNull(entry.getKey(), "a key");
      Objects.requireNonNull(entry.getValue(), "a value");
    }
    Object[] keys = copy.keySet().toArray();
    service.putAll(keys, copy.values().toArray());
  }

  @Override
  public @Nullable V putIfAbsent(K key, V value) {
    return (V) service.putIfAbsent(key, value);
  }

  @Override
  public @Nullable V remove(Object key) {
    return (V) service.remove(key);
  }

  @Override
  public boolean remove(Object key, @Nullable Object value) {
    return value == null ? absent(key) : service.remove(key, value);
  }

  /** A map without nulls holds none; the key is asked for all the same. */
  private static boolean absent(Object key) {
    Objects.requireNonNull(key, "key");
    return false;
  }

  @Override
  public @Nullable V replace(K key, V value) {
    return (V) service.replace(key, value);
  }

  @Override
  public boolean replace(K key, V expected, V value) {
    return service.replace(key, expected, value);
  }

  @Override
  public void clear() {
    service.clear();
  }

  @Override
  public Set<K> keySet() {
    return new MapKeys<>(service);
  }

  @Override
  public Collection<V> values() {
    return new MapValues<>(service);
  }

  @Override
  public Set<Entry<K, V>> entrySet() {
    return new MapEntries<>(service);
  }

  @Override
  public void forEach(BiConsumer<? super K, ? super V> action) {
    Objects.requireNonNull(action);
    for (Entry<K, V> entry : entrySet()) {
      action.accept(entry.getKey(), entry.getValue());
    }
  }

  @Override
  public @Nullable V compute(
      K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> function) {
    return far.takes(Objects.requireNonNull(function))
        ? (V)
            service.compute(key, (BiFunction<Object, @Nullable Object, @Nullable Object>) function)
        : ConcurrentMap.super.compute(Objects.requireNonNull(key), function);
  }

  @Override
  public @Nullable V computeIfAbsent(K key, Function<? super K, ? extends @Nullable V> function) {
    return far.takes(Objects.requireNonNull(function))
        ? (V) service.computeIfAbsent(key, (Function<Object, @Nullable Object>) function)
        : ConcurrentMap.super.computeIfAbsent(Objects.requireNonNull(key), function);
  }

  @Override
  public @Nullable V computeIfPresent(
      K key, BiFunction<? super K, ? super V, ? extends @Nullable V> function) {
    return far.takes(Objects.requireNonNull(function))
        ? (V)
            service.computeIfPresent(
                key, (BiFunction<Object, Object, @Nullable Object>) (BiFunction<?, ?, ?>) function)
        : ConcurrentMap.super.computeIfPresent(Objects.requireNonNull(key), function);
  }

  @Override
  public @Nullable V merge(
      K key, V value, BiFunction<? super V, ? super V, ? extends @Nullable V> function) {
    return far.takes(Objects.requireNonNull(function))
        ? (V)
            service.merge(
                key,
                value,
                (BiFunction<Object, Object, @Nullable Object>) (BiFunction<?, ?, ?>) function)
        : ConcurrentMap.super.merge(
            Objects.requireNonNull(key), Objects.requireNonNull(value), function);
  }

  @Override
  public void replaceAll(BiFunction<? super K, ? super V, ? extends V> function) {
    if (far.takes(Objects.requireNonNull(function))) {
      service.replaceAll((BiFunction<Object, Object, Object>) (BiFunction<?, ?, ?>) function);
    } else {
      ConcurrentMap.super.replaceAll(function);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other == this || (other instanceof Map<?, ?> && snapshot().equals(other));
  }

  @Override
  public int hashCode() {
    return snapshot().hashCode();
  }

  @Override
  public String toString() {
    return snapshot().toString();
  }

  private Map<Object, Object> snapshot() {
    Object[] entries = service.entries();
    Map<Object, Object> map = new java.util.LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      map.put(entries[i], entries[i + 1]);
    }
    return map;
  }
}
