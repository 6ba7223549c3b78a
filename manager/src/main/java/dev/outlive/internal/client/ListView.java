package dev.outlive.internal.client;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.Spliterator;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A list in a server, or a part of it. What reads many elements takes a snapshot with one call;
 * what changes many puts in a changed one, if nobody has changed the list meanwhile.
 */
abstract class ListView<E extends @Nullable Object> extends AbstractList<E>
    implements RandomAccess {

  /** Returns the elements, with one call. */
  abstract @Nullable Object[] elements();

  /**
   * Changes a copy until nobody else has changed the list meanwhile.
   *
   * @param change returns whether it has changed anything
   */
  abstract boolean rewrite(Predicate<List<E>> change);

  /** Returns the list itself. */
  abstract RemoteList<E> whole();

  /** Returns the index of the first element in the list itself. */
  abstract int offset();

  /** What was changed through a cursor has so many elements more. */
  abstract void grown(int elements);

  /** Whether an index may be one of an element: who asks the server learns whether it is. */
  abstract boolean holds(int index);

  /** Returns how often the list was changed through this process's proxy. */
  abstract int changes();

  @SuppressWarnings("unchecked") // what the list holds is what was put in
  private List<E> snapshot() {
    return (List<E>) Arrays.asList(elements());
  }

  @Override
  public Iterator<E> iterator() {
    return new ListCursor<>(this, 0);
  }

  @Override
  public ListIterator<E> listIterator() {
    return new ListCursor<>(this, 0);
  }

  @Override
  public ListIterator<E> listIterator(int index) {
    return new ListCursor<>(this, index == 0 ? 0 : Objects.checkIndex(index, size() + 1));
  }

  @Override
  public List<E> subList(int from, int to) {
    if (from > to) {
      throw new IllegalArgumentException("from " + from + " is above to " + to);
    }
    int _ = Objects.checkFromToIndex(from, to, size());
    return new RemoteSubList<>(this, from, to - from);
  }

  @Override
  public boolean contains(@Nullable Object element) {
    return indexOf(element) >= 0;
  }

  @Override
  public boolean containsAll(Collection<?> elements) {
    return new HashSet<>(snapshot()).containsAll(elements);
  }

  @Override
  public int indexOf(@Nullable Object element) {
    return snapshot().indexOf(element);
  }

  @Override
  public int lastIndexOf(@Nullable Object element) {
    return snapshot().lastIndexOf(element);
  }

  @Override
  @SuppressWarnings("NullAway") // null where E allows it
  public @Nullable Object[] toArray() {
    return elements();
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
    return new LateSpliterator<>(this::elements, Spliterator.ORDERED);
  }

  @Override
  public boolean removeAll(Collection<?> elements) {
    Objects.requireNonNull(elements);
    return rewrite(list -> list.removeAll(elements));
  }

  @Override
  public boolean retainAll(Collection<?> elements) {
    Objects.requireNonNull(elements);
    return rewrite(list -> list.retainAll(elements));
  }

  @Override
  public boolean removeIf(Predicate<? super E> condition) {
    Objects.requireNonNull(condition);
    return rewrite(list -> list.removeIf(condition));
  }

  @Override
  public void replaceAll(UnaryOperator<E> function) {
    Objects.requireNonNull(function);
    boolean _ =
        rewrite(
            list -> {
              list.replaceAll(function);
              return true;
            });
  }

  @Override
  public void sort(@Nullable Comparator<? super E> order) {
    boolean _ =
        rewrite(
            list -> {
              list.sort(order);
              return true;
            });
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other == this
        || (other instanceof ListView<?> view
            ? Arrays.equals(elements(), view.elements())
            : other instanceof List<?> && snapshot().equals(other));
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(elements());
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // itself, not one that is equal
  public String toString() {
    @Nullable Object[] elements = elements();
    for (int i = 0; i < elements.length; i++) {
      elements[i] = elements[i] == whole() ? "(this Collection)" : elements[i];
    }
    return Arrays.toString(elements);
  }
}
