package dev.outlive.internal.client;

import dev.outlive.internal.service.QueueService;
import java.util.AbstractQueue;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Spliterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The proxy of a queue. Iterators go over what the queue held when they were made, and remove that
 * very element if it is still there.
 */
@SuppressWarnings("unchecked") // what the queue holds is what was put in
final class RemoteQueue<E> extends AbstractQueue<E> implements BlockingQueue<E>, Travelling {
  private static final long serialVersionUID = 1;

  private final transient Far far;
  private final transient QueueService service;

  RemoteQueue(Far far, QueueService service) {
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
  public int remainingCapacity() {
    return service.remainingCapacity();
  }

  @Override
  public boolean offer(E element) {
    return service.offer(Objects.requireNonNull(element));
  }

  @Override
  public boolean offer(E element, long timeout, TimeUnit unit) throws InterruptedException {
    return service.offer(Objects.requireNonNull(element), unit.toNanos(timeout));
  }

  @Override
  public void put(E element) throws InterruptedException {
    service.put(Objects.requireNonNull(element));
  }

  @Override
  public @Nullable E poll() {
    return (E) service.poll();
  }

  @Override
  public @Nullable E poll(long timeout, TimeUnit unit) throws InterruptedException {
    return (E) service.poll(unit.toNanos(timeout));
  }

  @Override
  public E take() throws InterruptedException {
    return (E) service.take();
  }

  @Override
  public @Nullable E peek() {
    return (E) service.peek();
  }

  @Override
  public int drainTo(Collection<? super E> target) {
    return drainTo(target, Integer.MAX_VALUE);
  }

  @Override
  public int drainTo(Collection<? super E> target, int most) {
    if (isThis(target)) {
      throw new IllegalArgumentException("a queue cannot be drained to itself");
    }
    if (most <= 0) {
      return 0;
    }
    Object[] taken = service.drain(most);
    int moved = 0;
    try {
      while (moved < taken.length) {
        target.add((E) taken[moved + 1]);
        moved += 2;
      }
    } finally {
      if (moved < taken.length) { // the target takes no more
        service.restore(Arrays.copyOfRange(taken, moved, taken.length));
      }
    }
    return taken.length / 2;
  }

  @Override
  public boolean addAll(Collection<? extends E> elements) {
    if (isThis(elements)) {
      throw new IllegalArgumentException("a queue cannot be added to itself");
    }
    Object[] added = elements.toArray();
    for (Object element : added) {
      Objects.requireNonNull(element);
    }
    if (service.addAll(added) < added.length) {
      throw new IllegalStateException("Queue full");
    }
    return added.length > 0;
  }

  @Override
  public boolean containsAll(Collection<?> elements) {
    return service.containsAll(elements.toArray());
  }

  @Override
  public boolean contains(@Nullable Object element) {
    return element != null && service.contains(element);
  }

  @Override
  public boolean remove(@Nullable Object element) {
    return element != null && service.remove(element);
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
        ? service.removeIf((Predicate<Object>) condition)
        : removeHere(condition);
  }

  private boolean removeHere(Predicate<? super E> condition) {
    Object[] places = service.places();
    long[] met =
        IntStream.iterate(0, i -> i < places.length, i -> i + 2)
            .filter(i -> condition.test((E) places[i + 1]))
            .mapToLong(i -> (Long) places[i])
            .toArray();
    return met.length > 0 && service.removePlaces(met);
  }

  @Override
  public void clear() {
    service.clear();
  }

  @Override
  public Iterator<E> iterator() {
    return new PlaceIterator<>(service);
  }

  @Override
  public Spliterator<E> spliterator() {
    return new LateSpliterator<>(service::toArray, Spliterator.ORDERED | Spliterator.NONNULL);
  }

  @Override
  public void forEach(Consumer<? super E> action) {
    snapshot().forEach(action);
  }

  @Override
  public Object[] toArray() {
    return service.toArray();
  }

  @Override
  public <T extends @Nullable Object> T[] toArray(T[] array) {
    return snapshot().toArray(array);
  }

  private List<E> snapshot() {
    return (List<E>) Arrays.asList(service.toArray());
  }

  /** Two proxies of one queue are equal: a queue is what it is, not what it holds. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RemoteQueue<?> queue && far.equals(queue.far);
  }

  private boolean isThis(Object other) {
    return equals(Objects.requireNonNull(other));
  }

  @Override
  public int hashCode() {
    return far.hashCode();
  }
}
