package dev.outlive.internal.client;

import dev.outlive.internal.service.ListService;
import dev.outlive.internal.service.Snapshot;
import dev.outlive.managed.ManagedList;
import dev.outlive.managed.Update;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.Spliterator;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The proxy of a list. What {@link AbstractList} builds on one element at a time (iterators,
 * sublists) is live through {@code get}; what is about many elements is one call.
 *
 * <p>A function that cannot travel is run here, over a snapshot that is put in place if nothing has
 * changed meanwhile.
 */
@SuppressWarnings("unchecked") // what the list holds is what was put in
final class RemoteList<E extends @Nullable Object> extends AbstractList<E>
    implements ManagedList<E>, RandomAccess, Travelling {
  private static final long serialVersionUID = 1;

  private final transient Far far;
  private final transient ListService service;

  RemoteList(Far far, ListService service) {
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
  public E get(int index) {
    return (E) service.get(index);
  }

  @Override
  public E set(int index, E element) {
    return (E) service.set(index, element);
  }

  @Override
  public boolean add(E element) {
    return service.add(element);
  }

  @Override
  public void add(int index, E element) {
    service.add(index, element);
  }

  @Override
  public boolean addAll(Collection<? extends E> elements) {
    return service.addAll(elements.toArray());
  }

  @Override
  public boolean addAll(int index, Collection<? extends E> elements) {
    return service.addAll(index, elements.toArray());
  }

  @Override
  public E remove(int index) {
    return (E) service.removeAt(index);
  }

  @Override
  public boolean remove(@Nullable Object element) {
    return service.remove(element);
  }

  @Override
  protected void removeRange(int from, int to) {
    service.removeRange(from, to);
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
  public void clear() {
    service.clear();
  }

  @Override
  public boolean contains(@Nullable Object element) {
    return service.indexOf(element) >= 0;
  }

  @Override
  public boolean containsAll(Collection<?> elements) {
    return service.containsAll(elements.toArray());
  }

  @Override
  public int indexOf(@Nullable Object element) {
    return service.indexOf(element);
  }

  @Override
  public int lastIndexOf(@Nullable Object element) {
    return service.lastIndexOf(element);
  }

  @Override
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

  @Override
  public void forEach(Consumer<? super E> action) {
    snapshot().forEach(action);
  }

  @Override
  public Spliterator<E> spliterator() {
    return snapshot().spliterator();
  }

  @Override
  public void sort(@Nullable Comparator<? super E> order) {
    if (order == null || far.takes(order)) {
      service.sort((Comparator<@Nullable Object>) order);
    } else {
      boolean _ =
          rewrite(
              list -> {
                list.sort(order);
                return true;
              });
    }
  }

  @Override
  public void replaceAll(UnaryOperator<E> function) {
    Objects.requireNonNull(function);
    if (far.takes(function)) {
      service.replaceAll((UnaryOperator<@Nullable Object>) function);
    } else {
      boolean _ =
          rewrite(
              list -> {
                list.replaceAll(function);
                return true;
              });
    }
  }

  @Override
  public boolean removeIf(Predicate<? super E> condition) {
    Objects.requireNonNull(condition);
    return far.takes(condition)
        ? service.removeIf((Predicate<@Nullable Object>) condition)
        : rewrite(list -> list.removeIf(condition));
  }

  /** Changes a copy until nobody else has changed the list meanwhile; false: nothing to change. */
  private boolean rewrite(Predicate<List<E>> change) {
    while (true) {
      Snapshot before = service.snapshot();
      List<E> list = new ArrayList<>((List<E>) Arrays.asList(before.elements()));
      if (!change.test(list)) {
        return false;
      }
      if (service.replaceIf(before.version(), list.toArray())) {
        return true;
      }
    }
  }

  @Override
  public E update(int index, Update<E> update) {
    return (E) service.update(index, (Update<@Nullable Object>) update);
  }

  private List<E> snapshot() {
    return (List<E>) Arrays.asList(service.toArray());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other == this || (other instanceof List<?> && snapshot().equals(other));
  }

  @Override
  public int hashCode() {
    return snapshot().hashCode();
  }

  @Override
  public String toString() {
    return snapshot().toString();
  }
}
