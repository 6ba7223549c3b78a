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

  /** Puts in as many of these as there is room for, and returns how many. */
  int addAll(Object[] elements);

  /** Takes the first element, if there is one. */
  @Nullable Object poll();

  @Nullable Object poll(long nanos) throws InterruptedException;

  Object take() throws InterruptedException;

  /** Takes so many of the first elements, as far as there are so many, with their places. */
  Object[] drain(int most);

  /** Puts elements that were taken into their places again. */
  void restore(Object[] places);

  @Nullable Object peek();

  boolean contains(Object element);

  boolean containsAll(Object[] elements);

  boolean remove(Object element);

  /** Removes the elements of places where they are still there; returns whether any was. */
  boolean removePlaces(long[] numbers);

  boolean removeAll(@Nullable Object[] elements);

  boolean retainAll(@Nullable Object[] elements);

  boolean removeIf(Predicate<Object> condition);

  void clear();

  Object[] toArray();

  /** Returns the numbers of the places that are taken, and their elements, in turn. */
  Object[] places();
}
