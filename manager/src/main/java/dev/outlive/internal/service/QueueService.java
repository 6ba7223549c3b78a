package dev.outlive.internal.service;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the proxy of a queue calls. */
public interface QueueService {
  int size();

  int remainingCapacity();

  boolean offer(Object element);

  boolean offer(Object element, long nanos) throws InterruptedException;

  void put(Object element) throws InterruptedException;

  /** Takes the first element, if there is one. */
  @Nullable Object poll();

  @Nullable Object poll(long nanos) throws InterruptedException;

  Object take() throws InterruptedException;

  /** Takes so many of the first elements, as far as there are so many. */
  Object[] drain(int most);

  @Nullable Object peek();

  boolean contains(Object element);

  boolean remove(Object element);

  /** Removes the element of a place, if it is still there. */
  boolean removePlace(long place);

  boolean removeAll(@Nullable Object[] elements);

  boolean retainAll(@Nullable Object[] elements);

  boolean removeIf(Predicate<Object> condition);

  void clear();

  Object[] toArray();

  /** Returns the places that are taken, and their elements, in turn. */
  Object[] places();
}
