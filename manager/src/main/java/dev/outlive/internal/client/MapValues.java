package dev.outlive.internal.client;

import dev.outlive.internal.service.MapService;
import java.util.AbstractCollection;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map.Entry;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The live view of a map's values. */
@SuppressWarnings("unchecked") // what the map holds is what was put in
final class MapValues<V> extends AbstractCollection<V> {
  private final MapService service;
  private final MapEntries<Object, V> entries;

  MapValues(MapService service) {
    this.service = service;
    this.entries = new MapEntries<>(service);
  }

  @Override
  public int size() {
    return service.size();
  }

  @Override
  public boolean contains(Object value) {
    return service.containsValue(value);
  }

  @Override
  public boolean remove(@Nullable Object value) {
    for (Entry<Object, V> entry : entries) {
      if (entry.getValue().equals(value) && entries.remove(entry)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean removeAll(Collection<?> values) {
    return removeIf(values::contains);
  }

  @Override
  public boolean retainAll(Collection<?> values) {
    return removeIf(value -> !values.contains(value));
  }

  @Override
  public boolean removeIf(Predicate<? super V> condition) {
    return entries.removeIf(entry -> condition.test(entry.getValue()));
  }

  @Override
  public void clear() {
    service.clear();
  }

  @Override
  public Iterator<V> iterator() {
    Iterator<Entry<Object, V>> each = entries.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return each.hasNext();
      }

      @Override
      public V next() {
        return each.next().getValue();
      }

      @Override
      public void remove() {
        each.remove();
      }
    };
  }

  @Override
  public Object[] toArray() {
    return service.values();
  }

  @Override
  public <T extends @Nullable Object> T[] toArray(T[] array) {
    return snapshot().toArray(array);
  }

  @Override
  public String toString() {
    return snapshot().toString();
  }

  private List<V> snapshot() {
    return (List<V>) Arrays.asList(service.values());
  }
}
