package dev.outlive.internal.service;

import dev.outlive.managed.Update;
import java.util.Comparator;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the proxy of a list calls. */
public interface ListService {
  int size();

  @Nullable Object get(int index);

  @Nullable Object getFirst();

  @Nullable Object getLast();

  @Nullable Object set(int index, @Nullable Object element);

  boolean add(@Nullable Object element);

  void add(int index, @Nullable Object element);

  boolean addAll(@Nullable Object[] elements);

  boolean addAll(int index, @Nullable Object[] elements);

  @Nullable Object removeAt(int index);

  @Nullable Object removeFirst();

  @Nullable Object removeLast();

  boolean remove(@Nullable Object element);

  void removeRange(int from, int to);

  boolean removeAll(@Nullable Object[] elements);

  boolean retainAll(@Nullable Object[] elements);

  void clear();

  int indexOf(@Nullable Object element);

  int lastIndexOf(@Nullable Object element);

  boolean containsAll(@Nullable Object[] elements);

  @Nullable Object[] toArray();

  void sort(@Nullable Comparator<@Nullable Object> order);

  void replaceAll(UnaryOperator<@Nullable Object> function);

  boolean removeIf(Predicate<@Nullable Object> condition);

  @Nullable Object update(int index, Update<@Nullable Object> update);

  /** Returns the number of a place, which stays when others come and go, and its element. */
  @Nullable Object[] place(int index);

  /** Removes the element of a place, if it is still there; the index is where it was last. */
  boolean removePlace(int index, long number);

  /** Sets the element of a place, if it is still there; the index is where it was last. */
  boolean setPlace(int index, long number, @Nullable Object element);

  /** Returns some of the elements. */
  @Nullable Object[] range(int from, int to);

  /**
   * Returns elements that may be replaced.
   *
   * @param to where they end; negative: all that follow
   * @param quietNanos for how long others who want to change the list wait then, unless this ends
   *     before: for who has come too late often
   */
  Snapshot snapshot(int from, int to, long quietNanos);

  /** Ends the quiet that began with a snapshot, if it still lasts. */
  void endQuiet(long version);

  /** Puts in other elements if nothing has changed since a snapshot, and returns whether it did. */
  boolean replaceIf(long version, int from, int to, @Nullable Object[] elements);
}
