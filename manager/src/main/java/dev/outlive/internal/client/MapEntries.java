package dev.outlive.internal.client;

import dev.outlive.internal.service.MapService;
import dev.outlive.internal.service.View;
import java.io.Serializable;
import java.util.AbstractMap.SimpleEntry;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.Set;
import java.util.Spliterator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The live view of a map's entries, whose {@code setValue} writes through. */
final class MapEntries<K, V> extends AbstractSet<Entry<K, V>> implements Serializable {
  private static final long serialVersionUID = 1;

  private final transient RemoteMap<K, V> map;
  private final transient MapService service;

  MapEntries(RemoteMap<K, V> map, MapService service) {
    this.map = map;
    this.service = service;
  }

  private Object writeReplace() {
    return new View(map, View.Part.ENTRIES);
  }

  @Override
  public int size() {
    return service.size();
  }

  @Override
  public boolean contains(@Nullable Object other) {
    return other instanceof Entry<?, ?> entry
        && entry.getKey() != null
        && entry.getValue() != null
        && entry.getValue().equals(service.get(entry.getKey()));
  }

  @Override
  public boolean containsAll(Collection<?> entries) {
    return new HashSet<>(snapshot()).containsAll(entries);
  }

  @Override
  public boolean remove(@Nullable Object other) {
    return other instanceof Entry<?, ?> entry
        && entry.getKey() != null
        && entry.getValue() != null
        && service.remove(entry.getKey(), entry.getValue());
  }

  @Override
  public boolean removeAll(Collection<?> entries) {
    Set<?> removed = new HashSet<>(entries);
    return removeIf(removed::contains);
  }

  @Override
  public boolean retainAll(Collection<?> entries) {
    Set<?> kept = new HashSet<>(entries);
    return removeIf(entry -> !kept.contains(entry));
  }

  @Override
  public boolean removeIf(Predicate<? super Entry<K, V>> condition) {
    return map.removeEntries(Objects.requireNonNull(condition));
  }

  @Override
  public void clear() {
    service.clear();
  }

  @Override
  public Iterator<Entry<K, V>> iterator() {
    return new SnapshotIterator<>(snapshot(), entry -> service.remove(entry.getKey()));
  }

  @Override
  public Spliterator<Entry<K, V>> spliterator() {
    return new LateSpliterator<>(this::toArray, Spliterator.DISTINCT | Spliterator.NONNULL);
  }

  @Override
  public Object[] toArray() {
    return snapshot().toArray();
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

  private List<Entry<K, V>> snapshot() {
    List<Entry<K, V>> entries = new ArrayList<>();
    map.eachEntry((key, value) -> entries.add(new Written<>(map, key, value)));
    return entries;
  }

  /** An entry whose value is that of the map. It travels as a copy. */
  private static final class Written<K, V> extends SimpleEntry<K, V> {
    private static final long serialVersionUID = 1;

    private final transient RemoteMap<K, V> map;

    Written(RemoteMap<K, V> map, K key, V value) {
      super(key, value);
      this.map = map;
    }

    @Override
    public V setValue(V value) {
      map.put(getKey(), value);
      return super.setValue(value);
    }

    private Object writeReplace() {
      return new SimpleEntry<>(this);
    }
  }
}
