package dev.outlive.managed;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Values by name in a manager's server. Safe for use by many threads.
 *
 * <p><b>What {@link #get} returns is a copy</b>: changing it changes nothing here until it is
 * {@link #set}, or changed by {@link #update}.
 */
public interface Namespace {
  /**
   * Returns a copy of the value of a name; null where null was set.
   *
   * @param type what it is to be
   * @throws java.util.NoSuchElementException if there is no such name
   * @throws ClassCastException if it is something else
   */
  default <T> @Nullable T get(String name, Class<T> type) {
    return type.cast(get(name));
  }

  /**
   * Returns a copy of the value of a name; null where null was set.
   *
   * @throws java.util.NoSuchElementException if there is no such name
   */
  @Nullable Object get(String name);

  /** Sets a name to a copy of this value. */
  void set(String name, @Nullable Object value);

  /**
   * Puts in the place of a value what a function makes of it, as one step, in the server.
   *
   * @return the new value
   * @throws java.util.NoSuchElementException if there is no such name
   * @throws ManagerException if the manager takes no functions, see {@code allowFunctions}
   */
  <T extends @Nullable Object> T update(String name, Update<T> update);

  /** Forgets a name, and returns whether there was one. */
  boolean remove(String name);

  /** Returns whether there is such a name. */
  boolean has(String name);

  /** Returns a copy of all names, in the order of their alphabet. */
  Set<String> names();
}
