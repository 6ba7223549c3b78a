package dev.outlive.internal.service;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the proxy of a set calls. */
public interface SetService {
  int size();

  boolean contains(@Nullable Object element);

  boolean containsAll(@Nullable Object[] elements);

  boolean add(@Nullable Object element);

  boolean addAll(@Nullable Object[] elements);

  boolean remove(@Nullable Object element);

  boolean removeAll(@Nullable Object[] elements);

  boolean retainAll(@Nullable Object[] elements);

  boolean removeIf(Predicate<@Nullable Object> condition);

  void clear();

  @Nullable Object[] toArray();
}
