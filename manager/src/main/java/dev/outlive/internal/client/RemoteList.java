package dev.outlive.internal.client;

import dev.outlive.internal.service.ListService;
import dev.outlive.internal.service.Snapshot;
import dev.outlive.managed.ManagedList;
import dev.outlive.managed.Update;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The proxy of a list.
 *
 * <p>A function that cannot travel is run here, over a snapshot that is put in place if nothing has
 * changed meanwhile. {@code modCount} counts what was changed through this very proxy, so that an
 * iterator does not return what it has fetched before.
 */
@SuppressWarnings({"unchecked", "NullAway"}) // it holds what was put in, null where E allows it
final class RemoteList<E extends @Nullable Object> extends ListView<E>
    implements ManagedList<E>, Travelling {
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

  /** Returns the list, to be changed. */
  private ListService changing() {
    modCount++;
    return service;
  }

  @Override
  int changes() {
    return modCount;
  }

  @Override
  RemoteList<E> whole() {
    return this;
  }

  @Override
  int offset() {
    return 0;
  }

  @Override
  boolean holds(int index) {
    return true;
  }

  @Override
  void grown(int elements) {
    // the server counts
  }

  @Override
  @Nullable Object[] elements() {
    return service.toArray();
  }

  @Nullable Object[] elements(int from, int to) {
    return service.range(from, to);
  }

  @Nullable Object[] place(int index) {
    return service.place(index);
  }

  boolean removePlace(int index, long number) {
    return changing().removePlace(index, number);
  }

  void setPlace(int index, long number, @Nullable Object element) {
    boolean _ = changing().setPlace(index, number, element);
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
  public E getFirst() {
    return (E) service.getFirst();
  }

  @Override
  public E getLast() {
    return (E) service.getLast();
  }

  @Override
  public E set(int index, E element) {
    return (E) changing().set(index, element);
  }

  @Override
  public boolean add(E element) {
    return changing().add(element);
  }

  @Override
  public void add(int index, E element) {
    changing().add(index, element);
  }

  @Override
  public boolean addAll(Collection<? extends E> elements) {
    return changing().addAll(elements.toArray());
  }

  @Override
  public boolean addAll(int index, Collection<? extends E> elements) {
    return addElements(index, elements.toArray());
  }

  boolean addElements(int index, @Nullable Object[] elements) {
    return changing().addAll(index, elements);
  }

  @Override
  public E remove(int index) {
    return (E) changing().removeAt(index);
  }

  @Override
  public E removeFirst() {
    return (E) changing().removeFirst();
  }

  @Override
  public E removeLast() {
    return (E) changing().removeLast();
  }

  @Override
  public boolean remove(@Nullable Object element) {
    return changing().remove(element);
  }

  @Override
  protected void removeRange(int from, int to) {
    changing().removeRange(from, to);
  }

  @Override
  public boolean removeAll(Collection<?> elements) {
    return changing().removeAll(elements.toArray());
  }

  @Override
  public boolean retainAll(Collection<?> elements) {
    return changing().retainAll(elements.toArray());
  }

  @Override
  public void clear() {
    changing().clear();
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
  public void sort(@Nullable Comparator<? super E> order) {
    if (order == null || far.takes(order)) {
      changing().sort((Comparator<@Nullable Object>) order);
    } else {
      super.sort(order);
    }
  }

  @Override
  public void replaceAll(UnaryOperator<E> function) {
    if (far.takes(Objects.requireNonNull(function))) {
      changing().replaceAll((UnaryOperator<@Nullable Object>) function);
    } else {
      super.replaceAll(function);
    }
  }

  @Override
  public boolean removeIf(Predicate<? super E> condition) {
    return far.takes(Objects.requireNonNull(condition))
        ? changing().removeIf((Predicate<@Nullable Object>) condition)
        : super.removeIf(condition);
  }

  @Override
  boolean rewrite(Predicate<List<E>> change) {
    return rewrite(0, -1, change);
  }

  /** As above, but for a part only; negative: to the end. */
  boolean rewrite(int from, int to, Predicate<List<E>> change) {
    for (Retry retry = new Retry(); ; retry.pause()) {
      Snapshot before = service.snapshot(from, to, retry.quietNanos());
      List<E> list = new ArrayList<>((List<E>) Arrays.asList(before.elements()));
      boolean changed = false;
      try {
        changed = change.test(list);
      } finally {
        if (!changed && retry.quietNanos() > 0) {
          service.endQuiet(before.version());
        }
      }
      int end = from + before.elements().length;
      if (!changed || changing().replaceIf(before.version(), from, end, list.toArray())) {
        return changed;
      }
    }
  }

  @Override
  public E update(int index, Update<E> update) {
    return (E) changing().update(index, (Update<@Nullable Object>) update);
  }
}
