package dev.outlive.internal.service;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A queue in the server, bounded or not. What somebody takes is lent to him until he says that it
 * has arrived: if he dies before, it is the first element again, where need be beyond the capacity.
 * Safe for use by many threads.
 */
public final class QueueObject implements QueueService {
  /** An element in its place; the number tells equal ones apart. */
  private record Place(long number, Object element) {}

  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  private final Condition notFull = lock.newCondition();
  private final ArrayDeque<Place> places = new ArrayDeque<>(); // guarded by lock
  private long numbers; // guarded by lock

  /** Creates an empty one. */
  public QueueObject(int capacity) {
    this.capacity = capacity;
  }

  @Override
  public int size() {
    lock.lock();
    try {
      return places.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int remainingCapacity() {
    return Math.max(0, capacity - size());
  }

  @Override
  public boolean offer(Object element) {
    lock.lock();
    try {
      return places.size() < capacity && append(element);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean offer(Object element, long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (places.size() >= capacity) {
        if (left <= 0) {
          return false;
        }
        left = notFull.awaitNanos(left);
      }
      return append(element);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void put(Object element) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (places.size() >= capacity) {
        notFull.await();
      }
      boolean _ = append(element);
    } finally {
      lock.unlock();
    }
  }

  private boolean append(Object element) {
    places.addLast(new Place(numbers++, element));
    notEmpty.signal();
    return true;
  }

  @Override
  public @Nullable Object poll() {
    lock.lock();
    try {
      return places.isEmpty() ? null : lendFirst();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable Object poll(long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (places.isEmpty()) {
        if (left <= 0) {
          return null;
        }
        left = notEmpty.awaitNanos(left);
      }
      return lendFirst();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Object take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (places.isEmpty()) {
        notEmpty.await();
      }
      return lendFirst();
    } finally {
      lock.unlock();
    }
  }

  private Object lendFirst() {
    Place first = places.removeFirst();
    notFull.signal();
    Caller.current().lend(() -> giveBack(List.of(first)));
    return first.element();
  }

  @Override
  public Object[] drain(int most) {
    lock.lock();
    try {
      List<Place> taken = new ArrayList<>();
      while (taken.size() < most && !places.isEmpty()) {
        taken.add(places.removeFirst());
        notFull.signal();
      }
      if (!taken.isEmpty()) {
        Caller.current().lend(() -> giveBack(taken));
      }
      return taken.stream().map(Place::element).toArray();
    } finally {
      lock.unlock();
    }
  }

  private void giveBack(List<Place> taken) {
    lock.lock();
    try {
      for (Place place : taken.reversed()) {
        places.addFirst(place);
        notEmpty.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable Object peek() {
    lock.lock();
    try {
      Place first = places.peekFirst();
      return first == null ? null : first.element();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean contains(Object element) {
    return Arrays.asList(toArray()).contains(element);
  }

  @Override
  public boolean remove(Object element) {
    return removeFirst(place -> element.equals(place.element()));
  }

  @Override
  public boolean removePlace(long number) {
    return removeFirst(place -> place.number() == number);
  }

  private boolean removeFirst(Predicate<Place> wanted) {
    lock.lock();
    try {
      for (Iterator<Place> each = places.iterator(); each.hasNext(); ) {
        if (wanted.test(each.next())) {
          each.remove();
          notFull.signal();
          return true;
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean removeAll(@Nullable Object[] elements) {
    Collection<@Nullable Object> named = Membership.of(elements);
    return removeIf(named::contains);
  }

  @Override
  public boolean retainAll(@Nullable Object[] elements) {
    Collection<@Nullable Object> named = Membership.of(elements);
    return removeIf(element -> !named.contains(element));
  }

  @Override
  public boolean removeIf(Predicate<Object> condition) {
    lock.lock();
    try {
      boolean removed = places.removeIf(place -> condition.test(place.element()));
      notFull.signalAll();
      return removed;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void clear() {
    boolean _ = removeIf(_ -> true);
  }

  @Override
  public Object[] toArray() {
    lock.lock();
    try {
      return places.stream().map(Place::element).toArray();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Object[] places() {
    lock.lock();
    try {
      List<Object> all = new ArrayList<>();
      for (Place place : places) {
        all.add(place.number());
        all.add(place.element());
      }
      return all.toArray();
    } finally {
      lock.unlock();
    }
  }
}
