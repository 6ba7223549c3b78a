package dev.outlive.managed;

/**
 * A thing borrowed from a {@link ResourcePool}, until it is closed. Confined to the process that
 * borrowed it; safe for use by many threads there.
 *
 * @param <T> the things
 */
public interface Resource<T> extends AutoCloseable {
  /**
   * Returns the thing: a copy, or a proxy if it is a managed object.
   *
   * @throws IllegalStateException if it was given back
   */
  T get();

  /** Gives the thing back for others to use; closing again has no effect. */
  @Override
  void close();

  /** Has the thing destroyed instead of given back, as it is broken; another takes its place. */
  void discard();
}
