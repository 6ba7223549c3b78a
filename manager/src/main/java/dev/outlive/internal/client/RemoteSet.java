package dev.outlive.internal.client;

import dev.outlive.internal.service.SetService;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.Spliterator;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The proxy of a set. Iterators go over what the set held when they were made, and remove from the
 * set itself.
 */
@SuppressWarnings("unchecked") // what the set holds is what was put in
final class RemoteSet<E extends @Nullable Object> extends AbstractSet<E> implements Travelling {
  private static final long serialVersionUID = 1;

  private final transient Far far;
  private final transient SetService service;

  RemoteSet(Far far, SetService service) {
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
  public boolean contains(@Nullable Object element) {
    return service.contains(element);
  }

  @Override
  public boolean containsAll(Collection<?> elements) {
    return service.containsAll(elements.toArray());
  }

  @Override
  public boolean add(E element) {
    return service.add(element);
  }

  @Override
  public boolean addAll(Collection<? extends E> elements) {
    return service.addAll(elements.toArray());
  }

  @Override
  public boolean remove(@Nullable Object element) {
    return service.remove(element);
  }

  @Override
  public boolean removeAll(Collection<?> elements) {
    return service.removeAll(elements.toArray());
  }

  @Override
  public boolean retainAll(Collection<?> elements) {
    return service.retainAll(elements.toArray());
  }

  @Override
  public boolean removeIf(Predicate<? super E> condition) {
    Objects.requireNonNull(condition);
    return far.takes(condition)
        ? service.removeIf((Predicate<@Nullable Object>) condition)
        : service.removeAll(snapshot().stream().filter(condition).toArray());
  }

  @Override
  public void clear() {
    service.clear();
  }

  @Override
  public Iterator<E> iterator() {
    return new SnapshotIterator<>(snapshot(), service::remove);
  }

  @Override
  public Spliterator<E> spliterator() {
    return new LateSpliterator<>(service::toArray, Spliterator.DISTINCT | Spliterator.ORDERED);
  }

  @Override
  public void forEach(Consumer<? super E> action) {
    snapshot().forEach(action);
  }

  @Override
  @SuppressWarnings("NullAway") // null where E allows it
  public @Nullable Object[] toArray() {
    return service.toArray();
  }

  @Override
  public <T extends @Nullable Object> T[] toArray(T[] array) {
    return snapshot().toArray(array);
  }

  @Override
  public <T extends @Nullable Object> T[] toArray(IntFunction<T[]> generator) {
    return snapshot().toArray(generator);
  }

  private List<E> snapshot() {
    return (List<E>) Arrays.asList(service.toArray());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other == this || (other instanceof Set<?> && new HashSet<>(snapshot()).equals(other));
  }
}
