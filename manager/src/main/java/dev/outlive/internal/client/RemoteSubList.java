package dev.outlive.internal.client;

import dev.outlive.internal.service.View;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The live view of a part of a list. It has the same elements as that part, and grows and shrinks
 * by what is done through it; like every sublist it is of no use once the list has lost or got
 * elements otherwise.
 */
final class RemoteSubList<E extends @Nullable Object> extends ListView<E> implements Serializable {
  private static final long serialVersionUID = 1;

  private final transient ListView<E> parent;
  private final transient int from; // in the parent
  private transient int size;

  RemoteSubList(ListView<E> parent, int from, int size) {
    this.parent = parent;
    this.from = from;
    this.size = size;
  }

  private Object writeReplace() {
    return new View(whole(), View.Part.ELEMENTS, offset(), offset() + size);
  }

  @Override
  RemoteList<E> whole() {
    return parent.whole();
  }

  @Override
  int offset() {
    return parent.offset() + from;
  }

  @Override
  boolean holds(int index) {
    return index < size;
  }

  @Override
  int changes() {
    return whole().changes();
  }

  @Override
  void grown(int elements) {
    size += elements;
    parent.grown(elements);
  }

  @Override
  @Nullable Object[] elements() {
    return whole().elements(offset(), offset() + size);
  }

  @Override
  boolean rewrite(Predicate<List<E>> change) {
    int[] after = {size};
    boolean changed =
        whole()
            .rewrite(
                offset(),
                offset() + size,
                list -> {
                  boolean differs = change.test(list);
                  after[0] = list.size();
                  return differs;
                });
    grown(after[0] - size);
    return changed;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public E get(int index) {
    return whole().get(offset() + Objects.checkIndex(index, size));
  }

  @Override
  public E set(int index, E element) {
    return whole().set(offset() + Objects.checkIndex(index, size), element);
  }

  @Override
  public boolean add(E element) {
    add(size, element);
    return true;
  }

  @Override
  public void add(int index, E element) {
    whole().add(offset() + Objects.checkIndex(index, size + 1), element);
    grown(1);
  }

  @Override
  public boolean addAll(Collection<? extends E> elements) {
    return addAll(size, elements);
  }

  @Override
  public boolean addAll(int index, Collection<? extends E> elements) {
    @Nullable Object[] added = elements.toArray();
    whole().addElements(offset() + Objects.checkIndex(index, size + 1), added);
    grown(added.length);
    return added.length > 0;
  }

  @Override
  public E remove(int index) {
    E removed = whole().remove(offset() + Objects.checkIndex(index, size));
    grown(-1);
    return removed;
  }

  @Override
  public boolean remove(@Nullable Object element) {
    return rewrite(list -> list.remove(element));
  }

  @Override
  protected void removeRange(int start, int end) {
    whole().removeRange(offset() + start, offset() + end);
    grown(start - end);
  }
}
