package dev.outlive.internal.service;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A set in the server, in the order in which its elements came. Each method is one step, also where
 * it runs a function: one that fails has changed nothing. Safe for use by many threads.
 */
public final class SetObject implements SetService {
  private final Set<@Nullable Object> set = new LinkedHashSet<>();

  @Override
  public synchronized int size() {
    return set.size();
  }

  @Override
  public synchronized boolean contains(@Nullable Object element) {
    return set.contains(element);
  }

  @Override
  public synchronized boolean containsAll(@Nullable Object[] elements) {
    return set.containsAll(Arrays.asList(elements));
  }

  @Override
  public synchronized boolean add(@Nullable Object element) {
    return set.add(element);
  }

  @Override
  public synchronized boolean addAll(@Nullable Object[] elements) {
    return set.addAll(Arrays.asList(elements));
  }

  @Override
  public synchronized boolean remove(@Nullable Object element) {
    return set.remove(element);
  }

  @Override
  public synchronized boolean removeAll(@Nullable Object[] elements) {
    return set.removeAll(Membership.of(elements));
  }

  @Override
  public synchronized boolean retainAll(@Nullable Object[] elements) {
    return set.retainAll(Membership.of(elements));
  }

  @Override
  public synchronized boolean removeIf(Predicate<@Nullable Object> condition) {
    List<@Nullable Object> met = set.stream().filter(condition).toList();
    met.forEach(set::remove);
    return !met.isEmpty();
  }

  @Override
  public synchronized void clear() {
    set.clear();
  }

  @Override
  public synchronized @Nullable Object[] toArray() {
    return set.toArray();
  }
}
