package dev.outlive.managed;

import org.jspecify.annotations.Nullable;

/**
 * One value in a manager's server, which many processes read and set. Safe for use by many threads.
 *
 * <p><b>What {@link #get} returns is a copy</b>: changing it changes nothing here until it is
 * {@link #set}, or changed by {@link #update}.
 *
 * @param <T> what it holds: serialisable, or a proxy of a managed object; null is allowed
 */
public interface ManagedValue<T extends @Nullable Object> {
  /** Returns a copy of the value. */
  T get();

  /** Sets the value to a copy of this one. */
  void set(T value);

  /** Sets the value, and returns the one before. */
  T getAndSet(T value);

  /** Sets the value if it equals what is expected, and returns whether it did. */
  boolean compareAndSet(T expected, T value);

  /**
   * Puts in the place of the value what a function makes of it, as one step, in the server.
   *
   * @return the new value
   * @throws ManagerException if the manager takes no functions, see {@code allowFunctions}
   */
  T update(Update<T> update);
}
