package dev.outlive.internal.service;

import dev.outlive.managed.ManagedArray;
import dev.outlive.managed.Update;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An array in the server. Safe for use by many threads. */
public final class ArrayObject implements ManagedArray<@Nullable Object> {
  private final @Nullable Object[] array;

  /** Creates one that holds these elements at first. */
  public ArrayObject(@Nullable Object[] elements) {
    this.array = Arrays.copyOf(elements, elements.length, Object[].class);
  }

  @Override
  public int length() {
    return array.length;
  }

  @Override
  public synchronized @Nullable Object get(int index) {
    return array[checked(index)];
  }

  @Override
  public synchronized void set(int index, @Nullable Object value) {
    array[checked(index)] = value;
  }

  @Override
  public synchronized boolean compareAndSet(
      int index, @Nullable Object expected, @Nullable Object value) {
    boolean equal = Objects.equals(array[checked(index)], expected);
    if (equal) {
      array[index] = value;
    }
    return equal;
  }

  @Override
  public synchronized @Nullable Object update(int index, Update<@Nullable Object> update) {
    Object changed = update.apply(array[checked(index)]);
    array[index] = changed;
    return changed;
  }

  @Override
  public synchronized List<@Nullable Object> toList() {
    return Collections.unmodifiableList(new ArrayList<>(Arrays.asList(array)));
  }

  private int checked(int index) {
    return Objects.checkIndex(index, array.length);
  }
}
