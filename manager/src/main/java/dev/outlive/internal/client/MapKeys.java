package dev.outlive.internal.client;

import dev.outlive.internal.service.MapService;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The live view of a map's keys. */
@SuppressWarnings("unchecked") // what the map holds is what was put in
final class MapKeys<K> extends AbstractSet<K> {
  private final MapService service;

  MapKeys(MapService service) {
    this.service = service;
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
  public boolean remove(Object key) {
    return service.remove(key) != null;
  }

  @Override
  public boolean removeAll(Collection<?> keys) {
    return service.removeKeys(keys.toArray());
  }

  @Override
  public boolean retainAll(Collection<?> keys) {
    return removeIf(key -> !keys.contains(key));
  }

  @Override
  public boolean removeIf(Predicate<? super K> condition) {
    return service.removeKeys(snapshot().stream().filter(condition).toArray());
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
  public Object[] toArray() {
    return service.keys();
  }

  @Override
  public <T extends @Nullable Object> T[] toArray(T[] array) {
    return snapshot().toArray(array);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other == this || (other instanceof Set<?> && Set.of(toArray()).equals(other));
  }

  @Override
  public int hashCode() {
    return Set.of(toArray()).hashCode();
  }

  @Override
  public String toString() {
    return snapshot().toString();
  }

  private List<K> snapshot() {
    return (List<K>) Arrays.asList(service.keys());
  }
}
