package dev.outlive.managed;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An array of fixed length in a manager's server. Safe for use by many threads. For numbers that
 * are used much, the arrays of {@code dev.outlive.memory} are a thousand times faster.
 *
 * <p><b>What {@link #get} returns is a copy</b>: changing it changes nothing here until it is
 * {@link #set}, or changed by {@link #update}.
 *
 * @param <T> what it holds: serialisable, or proxies of managed objects; null is allowed
 */
public interface ManagedArray<T extends @Nullable Object> {
  /** Returns how many places there are. */
  int length();

  /**
   * Returns a copy of what is in a place.
   *
   * @throws IndexOutOfBoundsException if there is no such place
   */
  T get(int index);

  /**
   * Sets a place to a copy of this value.
   *
   * @throws IndexOutOfBoundsException if there is no such place
   */
  void set(int index, T value);

  /**
   * Sets a place if what it holds equals what is expected, and returns whether it did.
   *
   * @throws IndexOutOfBoundsException if there is no such place
   */
  boolean compareAndSet(int index, T expected, T value);

  /**
   * Puts in a place what a function makes of what is there, as one step, in the server.
   *
   * @return the new value
   * @throws IndexOutOfBoundsException if there is no such place
   * @throws ManagerException if the manager takes no functions, see {@code allowFunctions}
   */
  T update(int index, Update<T> update);

  /** Returns a copy of all, as they were at one moment; it cannot be changed. */
  List<T> toList();
}
