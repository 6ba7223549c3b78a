package dev.outlive.internal.client;

import dev.outlive.internal.service.Entries;
import dev.outlive.internal.service.MapService;
import dev.outlive.managed.ManagedMap;
import java.util.AbstractMap;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The proxy of a map. A function that travels is run in the server, in one step with what it reads
 * and writes; one that does not is run here, and again until nobody has changed its key meanwhile.
 */
@SuppressWarnings("unchecked") // what the map holds is what was put in
final class RemoteMap<K, V> extends AbstractMap<K, V> implements ManagedMap<K, V>, Travelling {
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
    return new MapKeys<>(this, service);
  }

  @Override
  public Collection<V> values() {
    return new MapValues<>(this, service);
  }

  @Override
  public Set<Entry<K, V>> entrySet() {
    return new MapEntries<>(this, service);
  }

  @Override
  public void forEach(BiConsumer<? super K, ? super V> action) {
    eachEntry(Objects.requireNonNull(action));
  }

  void eachEntry(BiConsumer<? super K, ? super V> action) {
    Entries all = service.entries();
    for (int i = 0; i < all.keys().length; i++) {
      action.accept((K) all.keys()[i], (V) all.values()[i]);
    }
  }

  /** Removes what meets a condition that is tested here, unless its value has changed meanwhile. */
  boolean removeEntries(Predicate<? super Entry<K, V>> condition) {
    Entries all = service.entries();
    int[] met =
        IntStream.range(0, all.keys().length)
            .filter(i -> condition.test(Map.entry((K) all.keys()[i], (V) all.values()[i])))
            .toArray();
    return met.length > 0
        && service.removeIfSame(
            Arrays.stream(met).mapToObj(i -> all.keys()[i]).toArray(),
            Arrays.stream(met).mapToLong(i -> all.stamps()[i]).toArray());
  }

  private interface Change<V> {
    @Nullable V of(@Nullable V before);
  }

  /** Puts what a function makes of a value, again and again until nobody has put another. */
  private @Nullable V change(K key, Change<V> change) {
    Objects.requireNonNull(key, "key");
    for (Retry retry = new Retry(); ; retry.pause()) {
      Entries found = service.entry(key);
      boolean there = found.keys().length > 0;
      V before = there ? (V) found.values()[0] : null;
      V after = change.of(before);
      if (before == null && after == null) {
        return null;
      }
      if (service.putIfSame(key, there ? found.stamps()[0] : MapService.ABSENT, after)) {
        return after;
      }
    }
  }

  @Override
  public @Nullable V compute(
      K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> function) {
    return far.takes(Objects.requireNonNull(function))
        ? (V)
            service.compute(key, (BiFunction<Object, @Nullable Object, @Nullable Object>) function)
        : change(key, value -> function.apply(key, value));
  }

  @Override
  public @Nullable V computeIfAbsent(K key, Function<? super K, ? extends @Nullable V> function) {
    return far.takes(Objects.requireNonNull(function))
        ? (V) service.computeIfAbsent(key, (Function<Object, @Nullable Object>) function)
        : computeIfAbsentHere(key, function);
  }

  private @Nullable V computeIfAbsentHere(
      K key, Function<? super K, ? extends @Nullable V> function) {
    V before = get(key);
    V made = before == null ? function.apply(key) : null;
    if (made == null) {
      return before;
    }
    V other = putIfAbsent(key, made);
    return other == null ? made : other;
  }

  @Override
  public @Nullable V computeIfPresent(
      K key, BiFunction<? super K, ? super V, ? extends @Nullable V> function) {
    return far.takes(Objects.requireNonNull(function))
        ? (V)
            service.computeIfPresent(
                key, (BiFunction<Object, Object, @Nullable Object>) (BiFunction<?, ?, ?>) function)
        : change(key, value -> value == null ? null : function.apply(key, value));
  }

  @Override
  public @Nullable V merge(
      K key, V value, BiFunction<? super V, ? super V, ? extends @Nullable V> function) {
    Objects.requireNonNull(value, "value");
    return far.takes(Objects.requireNonNull(function))
        ? (V)
            service.merge(
                key,
                value,
                (BiFunction<Object, Object, @Nullable Object>) (BiFunction<?, ?, ?>) function)
        : change(key, before -> before == null ? value : function.apply(before, value));
  }

  @Override
  public void replaceAll(BiFunction<? super K, ? super V, ? extends V> function) {
    if (far.takes(Objects.requireNonNull(function))) {
      service.replaceAll((BiFunction<Object, Object, Object>) (BiFunction<?, ?, ?>) function);
    } else {
      replaceAllHere(function);
    }
  }

  private void replaceAllHere(BiFunction<? super K, ? super V, ? extends V> function) {
    Entries all = service.entries();
    Object[] changed = new Object[all.keys().length];
    for (int i = 0; i < changed.length; i++) {
      V value = function.apply((K) all.keys()[i], (V) all.values()[i]);
      changed[i] = Objects.requireNonNull(value, "value");
    }
    for (Object late : service.putAllIfSame(all.keys(), all.stamps(), changed)) {
      K key = (K) late;
      V _ =
          change(
              key,
              value -> value == null ? null : Objects.requireNonNull(function.apply(key, value)));
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other == this
        || super.equals(other instanceof RemoteMap<?, ?> map ? new HashMap<>(map) : other);
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }
}
