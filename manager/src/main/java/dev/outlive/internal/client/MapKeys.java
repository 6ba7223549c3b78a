package dev.outlive.internal.client;

import dev.outlive.internal.service.MapService;
import dev.outlive.internal.service.View;
import java.io.Serializable;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.Spliterator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The live view of a map's keys. */
@SuppressWarnings("unchecked") // what the map holds is what was put in
final class MapKeys<K> extends AbstractSet<K> implements Serializable {
  private static final long serialVersionUID = 1;

  private final transient RemoteMap<K, ?> map;
  private final transient MapService service;

  MapKeys(RemoteMap<K, ?> map, MapService service) {
    this.map = map;
    this.service = service;
  }

  private Object writeReplace() {
    return new View(map, View.Part.KEYS);
  }

  @Override
  public int size() {
    return service.size();
  }

  @Override
  public boolean contains(Object key) {
    return service.containsKey(key);
  }

  @Override
  public boolean containsAll(Collection<?> keys) {
    return service.containsKeys(keys.toArray());
  }

  @Override
  public boolean remove(Object key) {
    return service.remove(key) != null;
  }

  @Override
  public boolean removeAll(Collection<?> keys) {
    return service.removeKeys(keys.toArray());
  }

  @Override
  public boolean retainAll(Collection<?> keys) {
    Set<?> kept = new HashSet<>(keys);
    return removeIf(key -> !kept.contains(key));
  }

  @Override
  public boolean removeIf(Predicate<? super K> condition) {
    Objects.requireNonNull(condition);
    Object[] removed = snapshot().stream().filter(condition).toArray();
    return removed.length > 0 && service.removeKeys(removed);
  }

  @Override
  public void clear() {
    service.clear();
  }

  @Override
  public Iterator<K> iterator() {
    return new SnapshotIterator<>(snapshot(), this::remove);
  }

  @Override
  public Spliterator<K> spliterator() {
    return new LateSpliterator<>(service::keys, Spliterator.DISTINCT | Spliterator.NONNULL);
  }

  @Override
  public Object[] toArray() {
    return service.keys();
  }

  @Override
  public <T extends @Nullable Object> T[] toArray(T[] array) {
    return snapshot().toArray(array);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other == this || (other instanceof Set<?> && new HashSet<>(snapshot()).equals(other));
  }

  @Override
  public int hashCode() {
    return new HashSet<>(snapshot()).hashCode();
  }

  private List<K> snapshot() {
    return (List<K>) Arrays.asList(service.keys());
  }
}
