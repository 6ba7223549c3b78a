package dev.outlive.internal.client;

import dev.outlive.internal.service.QueueService;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Goes over the places of a queue as they were, and removes what is in them. */
final class PlaceIterator<E> implements Iterator<E> {
  private final QueueService service;
  private final Object[] places;
  private int next;
  private int last = -1;

  PlaceIterator(QueueService service) {
    this.service = service;
    this.places = service.places();
  }

  @Override
  public boolean hasNext() {
    return next < places.length;
  }

  @Override
  @SuppressWarnings("unchecked") // what the queue holds is what was put in
  public E next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    last = next;
    next += 2;
    return (E) places[last + 1];
  }

  @Override
  public void remove() {
    if (last < 0) {
      throw new IllegalStateException("nothing to remove: next() comes first");
    }
    boolean _ = service.removePlaces(new long[] {(Long) places[last]});
    last = -1;
  }
}
