package dev.outlive.internal.service;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A queue in the server, bounded or not. What somebody takes is lent to him until he says that it
 * has arrived: if he dies before, it is in its place again, where need be beyond the capacity. Safe
 * for use by many threads.
 */
public final class QueueObject implements QueueService {
  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  private final Condition notFull = lock.newCondition();
  private long numbers; // guarded by lock

  /** The elements by the number that each was given when it came: guarded by lock. */
  private final TreeMap<Long, Object> places = new TreeMap<>();

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
    return addAll(new Object[] {element}) > 0;
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

  @Override
  public int addAll(Object[] elements) {
    lock.lock();
    try {
      int added = 0;
      while (added < elements.length && places.size() < capacity) {
        boolean _ = append(elements[added++]);
      }
      return added;
    } finally {
      lock.unlock();
    }
  }

  private boolean append(Object element) {
    places.put(numbers++, element);
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
    Entry<Long, Object> first = Objects.requireNonNull(places.pollFirstEntry());
    notFull.signal();
    Caller.current().lend(() -> restore(new Object[] {first.getKey(), first.getValue()}));
    return first.getValue();
  }

  @Override
  public Object[] drain(int most) {
    lock.lock();
    try {
      TreeMap<Long, Object> taken = new TreeMap<>();
      while (taken.size() < most && !places.isEmpty()) {
        Entry<Long, Object> first = Objects.requireNonNull(places.pollFirstEntry());
        taken.put(first.getKey(), first.getValue());
        notFull.signal();
      }
      Object[] flat = flat(taken);
      if (flat.length > 0) {
        Caller.current().lend(() -> restore(flat));
      }
      return flat;
    } finally {
      lock.unlock();
    }
  }

  private static Object[] flat(SortedMap<Long, Object> places) {
    List<Object> flat = new ArrayList<>(2 * places.size());
    places.forEach(
        (number, element) -> {
          flat.add(number);
          flat.add(element);
        });
    return flat.toArray();
  }

  @Override
  public void restore(Object[] taken) {
    lock.lock();
    try {
      for (int i = 0; i < taken.length; i += 2) {
        places.put((Long) taken[i], taken[i + 1]);
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
      return places.isEmpty() ? null : places.firstEntry().getValue();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean contains(Object element) {
    return Arrays.asList(toArray()).contains(element);
  }

  @Override
  public boolean containsAll(Object[] elements) {
    return new HashSet<>(Arrays.asList(toArray())).containsAll(Arrays.asList(elements));
  }

  @Override
  public boolean remove(Object element) {
    lock.lock();
    try {
      for (Entry<Long, Object> place : places.entrySet()) {
        if (element.equals(place.getValue())) {
          return removePlaces(new long[] {place.getKey()});
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean removePlaces(long[] numbers) {
    lock.lock();
    try {
      boolean removed = false;
      for (long number : numbers) {
        if (places.remove(number) != null) {
          notFull.signal();
          removed = true;
        }
      }
      return removed;
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
      return removePlaces(
          places.entrySet().stream()
              .filter(place -> condition.test(place.getValue()))
              .mapToLong(Entry::getKey)
              .toArray());
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
      return places.values().toArray();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Object[] places() {
    lock.lock();
    try {
      return flat(places);
    } finally {
      lock.unlock();
    }
  }
}
