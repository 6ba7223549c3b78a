package dev.outlive.internal.service;

import dev.outlive.managed.Update;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A list in the server. Each method is one step; safe for use by many threads. */
public final class ListObject implements ListService {
  private final ArrayList<@Nullable Object> list = new ArrayList<>();
  private long version;

  @Override
  public synchronized int size() {
    return list.size();
  }

  @Override
  public synchronized @Nullable Object get(int index) {
    return list.get(index);
  }

  @Override
  public synchronized @Nullable Object set(int index, @Nullable Object element) {
    version++;
    return list.set(index, element);
  }

  @Override
  public synchronized boolean add(@Nullable Object element) {
    version++;
    return list.add(element);
  }

  @Override
  public synchronized void add(int index, @Nullable Object element) {
    version++;
    list.add(index, element);
  }

  @Override
  public synchronized boolean addAll(@Nullable Object[] elements) {
    version++;
    return list.addAll(Arrays.asList(elements));
  }

  @Override
  public synchronized boolean addAll(int index, @Nullable Object[] elements) {
    version++;
    return list.addAll(index, Arrays.asList(elements));
  }

  @Override
  public synchronized @Nullable Object removeAt(int index) {
    version++;
    return list.remove(index);
  }

  @Override
  public synchronized boolean remove(@Nullable Object element) {
    version++;
    return list.remove(element);
  }

  @Override
  public synchronized void removeRange(int from, int to) {
    version++;
    list.subList(from, to).clear();
  }

  @Override
  public synchronized boolean removeAll(@Nullable Object[] elements) {
    version++;
    return list.removeAll(Membership.of(elements));
  }

  @Override
  public synchronized boolean retainAll(@Nullable Object[] elements) {
    version++;
    return list.retainAll(Membership.of(elements));
  }

  @Override
  public synchronized void clear() {
    version++;
    list.clear();
  }

  @Override
  public synchronized int indexOf(@Nullable Object element) {
    return list.indexOf(element);
  }

  @Override
  public synchronized int lastIndexOf(@Nullable Object element) {
    return list.lastIndexOf(element);
  }

  @Override
  public synchronized boolean containsAll(@Nullable Object[] elements) {
    return list.containsAll(Arrays.asList(elements));
  }

  @Override
  public synchronized @Nullable Object[] toArray() {
    return list.toArray();
  }

  @Override
  public synchronized void sort(@Nullable Comparator<@Nullable Object> order) {
    version++;
    list.sort(order);
  }

  @Override
  public synchronized void replaceAll(UnaryOperator<@Nullable Object> function) {
    ArrayList<@Nullable Object> changed = new ArrayList<>(list);
    changed.replaceAll(function);
    put(changed);
  }

  @Override
  public synchronized boolean removeIf(Predicate<@Nullable Object> condition) {
    version++;
    return list.removeIf(condition);
  }

  @Override
  public synchronized @Nullable Object update(int index, Update<@Nullable Object> update) {
    Object changed = update.apply(list.get(index));
    version++;
    list.set(index, changed);
    return changed;
  }

  @Override
  public synchronized Snapshot snapshot() {
    return new Snapshot(version, list.toArray());
  }

  @Override
  public synchronized boolean replaceIf(long expected, @Nullable Object[] elements) {
    if (version != expected) {
      return false;
    }
    put(Arrays.asList(elements));
    return true;
  }

  private void put(java.util.List<@Nullable Object> elements) {
    version++;
    list.clear();
    list.addAll(elements);
  }
}
