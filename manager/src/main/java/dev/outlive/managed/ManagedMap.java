package dev.outlive.managed;

import java.io.Serializable;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A map in a manager's server, which many processes use at the same time. Safe for use by many
 * threads; like every {@link ConcurrentMap} it takes no nulls, and each change of one key is one
 * step.
 *
 * <p><b>Values are copies.</b> What {@code get} returns is a copy, and changing it changes nothing
 * in the map until it is put back with {@code put}, {@code replace} or {@code compute}.
 *
 * <p><b>Functions travel.</b> The methods below take lambdas and method references that are
 * serialisable without a cast, {@code map.merge(word, 1, Integer::sum)}. If the manager allows
 * functions, and what a function has captured can travel, it is run in the server, with its key
 * locked: it sees copies of what it has captured and the server's static fields, and must be short
 * and not use this map. Other functions are run here, again and again until nobody has changed the
 * key meanwhile; so are all that are passed to a variable of type {@code ConcurrentMap}, unless
 * they are serialisable.
 *
 * <p>Iterators and the views {@code keySet}, {@code values} and {@code entrySet} are live: they
 * write through. An iterator goes over what the map held when it was made.
 *
 * @param <K> the keys: serialisable, with {@code equals} and {@code hashCode}
 * @param <V> the values: serialisable, or proxies of managed objects
 */
public interface ManagedMap<K, V> extends ConcurrentMap<K, V> {

  /**
   * A function that can travel.
   *
   * @param <T> what it takes
   * @param <R> what it returns
   */
  @FunctionalInterface
  interface Mapping<T extends @Nullable Object, R extends @Nullable Object>
      extends Function<T, R>, Serializable {}

  /**
   * A function of two that can travel.
   *
   * @param <T> what it takes first
   * @param <U> what it takes then
   * @param <R> what it returns
   */
  @FunctionalInterface
  interface Remapping<
          T extends @Nullable Object, U extends @Nullable Object, R extends @Nullable Object>
      extends BiFunction<T, U, R>, Serializable {}

  /** As {@link #compute(Object, BiFunction)}, in the server if it can. */
  default @Nullable V compute(
      K key, Remapping<? super K, ? super @Nullable V, ? extends @Nullable V> function) {
    return compute(
        key, (BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V>) function);
  }

  /** As {@link #computeIfAbsent(Object, Function)}, in the server if it can. */
  default @Nullable V computeIfAbsent(K key, Mapping<? super K, ? extends @Nullable V> function) {
    return computeIfAbsent(key, (Function<? super K, ? extends @Nullable V>) function);
  }

  /** As {@link #computeIfPresent(Object, BiFunction)}, in the server if it can. */
  default @Nullable V computeIfPresent(
      K key, Remapping<? super K, ? super V, ? extends @Nullable V> function) {
    return computeIfPresent(
        key, (BiFunction<? super K, ? super V, ? extends @Nullable V>) function);
  }

  /** As {@link #merge(Object, Object, BiFunction)}, in the server if it can. */
  default @Nullable V merge(
      K key, V value, Remapping<? super V, ? super V, ? extends @Nullable V> function) {
    return merge(key, value, (BiFunction<? super V, ? super V, ? extends @Nullable V>) function);
  }

  /** As {@link #replaceAll(BiFunction)}, in the server if it can. */
  default void replaceAll(Remapping<? super K, ? super V, ? extends V> function) {
    replaceAll((BiFunction<? super K, ? super V, ? extends V>) function);
  }
}
