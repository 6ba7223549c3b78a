package dev.outlive.internal.pool;

import dev.outlive.internal.protocol.Loaders;

/**
 * Finds the classes of what a worker sends back in the very loaders that they came from.
 *
 * @param from what the worker answers to
 */
record ResultLoaders(Submission from) implements Loaders {
  @Override
  public int number(Class<?> type) {
    throw new AssertionError("results are not encoded here: " + type);
  }

  /** What the worker has of its own may be known to the task's loader alone here. */
  @Override
  public Class<?> find(int loader, String name) throws ClassNotFoundException {
    try {
      return from.lease().find(loader, name);
    } catch (ClassNotFoundException e) {
      ClassLoader home = from.home().getClassLoader();
      if (loader != COMMON || home == null) {
        throw e;
      }
      return Class.forName(name, false, home);
    }
  }

  @Override
  public ClassLoader loader(int loader) throws ClassNotFoundException {
    return from.lease().loader(loader);
  }
}
