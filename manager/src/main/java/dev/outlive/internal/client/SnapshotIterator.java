package dev.outlive.internal.client;

import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Goes over what a collection held when it was made, and removes from the collection itself. */
final class SnapshotIterator<E extends @Nullable Object> implements Iterator<E> {
  private final Iterator<E> elements;
  private final Consumer<E> remover;
  private boolean removable;
  private @Nullable E last;

  SnapshotIterator(List<E> elements, Consumer<E> remover) {
    this.elements = elements.iterator();
    this.remover = remover;
  }

  @Override
  public boolean hasNext() {
    return elements.hasNext();
  }

  @Override
  public E next() {
    E next = elements.next();
    last = next;
    removable = true;
    return next;
  }

  @Override
  @SuppressWarnings("NullAway") // the last one may be null where the collection holds nulls
  public void remove() {
    if (!removable) {
      throw new IllegalStateException("nothing to remove: next() comes first");
    }
    removable = false;
    remover.accept(last);
  }
}
