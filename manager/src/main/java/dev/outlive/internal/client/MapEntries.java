package dev.outlive.internal.client;

import dev.outlive.internal.service.MapService;
import java.util.AbstractMap.SimpleEntry;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map.Entry;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The live view of a map's entries, whose {@code setValue} writes through. */
@SuppressWarnings("unchecked") // what the map holds is what was put in
final class MapEntries<K, V> extends AbstractSet<Entry<K, V>> {
  private final MapService service;

  MapEntries(MapService service) {
    this.service = service;
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
  public boolean remove(@Nullable Object other) {
    return other instanceof Entry<?, ?> entry
        && entry.getKey() != null
        && entry.getValue() != null
        && service.remove(entry.getKey(), entry.getValue());
  }

  @Override
  public boolean removeAll(Collection<?> entries) {
    boolean removed = false;
    for (Object entry : entries) {
      removed |= remove(entry);
    }
    return removed;
  }

  @Override
  public boolean retainAll(Collection<?> entries) {
    return removeIf(entry -> !entries.contains(entry));
  }

  @Override
  public boolean removeIf(Predicate<? super Entry<K, V>> condition) {
    boolean removed = false;
    for (Entry<K, V> entry : snapshot()) {
      removed |= condition.test(entry) && remove(entry);
    }
    return removed;
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
  public Object[] toArray() {
    return snapshot().toArray();
  }

  @Override
  public <T extends @Nullable Object> T[] toArray(T[] array) {
    return snapshot().toArray(array);
  }

  private List<Entry<K, V>> snapshot() {
    Object[] all = service.entries();
    List<Entry<K, V>> entries = new ArrayList<>(all.length / 2);
    for (int i = 0; i < all.length; i += 2) {
      entries.add(new Written((K) all[i], (V) all[i + 1]));
    }
    return entries;
  }

  /** An entry whose value is that of the map. */
  private final class Written extends SimpleEntry<K, V> {
    private static final long serialVersionUID = 1;

    Written(K key, V value) {
      super(key, value);
    }

    @Override
    public V setValue(V value) {
      service.put(getKey(), value);
      return super.setValue(value);
    }
  }
}
