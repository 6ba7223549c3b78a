package dev.outlive.internal.client;

import dev.outlive.internal.service.MapService;
import dev.outlive.internal.service.View;
import java.io.Serializable;
import java.util.AbstractCollection;
import java.util.Arrays;
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

/** The live view of a map's values. */
@SuppressWarnings("unchecked") // what the map holds is what was put in
final class MapValues<V> extends AbstractCollection<V> implements Serializable {
  private static final long serialVersionUID = 1;

  private final transient RemoteMap<?, V> map;
  private final transient MapService service;

  MapValues(RemoteMap<?, V> map, MapService service) {
    this.map = map;
    this.service = service;
  }

  private Object writeReplace() {
    return new View(map, View.Part.VALUES);
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
  public boolean containsAll(Collection<?> values) {
    return new HashSet<>(snapshot()).containsAll(values);
  }

  @Override
  public boolean remove(@Nullable Object value) {
    return value != null && service.removeValue(value);
  }

  @Override
  public boolean removeAll(Collection<?> values) {
    Set<?> removed = new HashSet<>(values);
    return removeIf(removed::contains);
  }

  @Override
  public boolean retainAll(Collection<?> values) {
    Set<?> kept = new HashSet<>(values);
    return removeIf(value -> !kept.contains(value));
  }

  @Override
  public boolean removeIf(Predicate<? super V> condition) {
    Objects.requireNonNull(condition);
    return map.removeEntries(entry -> condition.test(entry.getValue()));
  }

  @Override
  public void clear() {
    service.clear();
  }

  @Override
  public Iterator<V> iterator() {
    Iterator<? extends Entry<?, V>> each = map.entrySet().iterator();
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
  public Spliterator<V> spliterator() {
    return new LateSpliterator<>(service::values, Spliterator.NONNULL);
  }

  @Override
  public Object[] toArray() {
    return service.values();
  }

  @Override
  public <T extends @Nullable Object> T[] toArray(T[] array) {
    return snapshot().toArray(array);
  }

  private List<V> snapshot() {
    return (List<V>) Arrays.asList(service.values());
  }
}
