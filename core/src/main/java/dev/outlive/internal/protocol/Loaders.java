package dev.outlive.internal.protocol;

import java.io.IOException;

/**
 * The numbers by which pool and worker tell class loaders apart. A stream names the loader of each
 * class in it, so that two classes of one name stay two.
 *
 * <p>0 stands for the loaders that both sides have: boot, platform, application. Nothing is written
 * for it.
 */
public interface Loaders {
  /** The number of the loaders that both sides have. */
  int COMMON = 0;

  /**
   * Returns the number of the loader that defined a class.
   *
   * @throws IOException if the class cannot travel; the message says why and what to do
   */
  int number(Class<?> type) throws IOException;

  /**
   * Returns the class of that name, not initialized.
   *
   * @param loader the number of the loader that defined it on the other side
   * @throws ClassNotFoundException if there is no such class, or no such loader
   */
  Class<?> find(int loader, String name) throws ClassNotFoundException;

  /**
   * Returns the loader of a number.
   *
   * @param loader a number over 0
   * @throws ClassNotFoundException if there is no such loader
   */
  ClassLoader loader(int loader) throws ClassNotFoundException;

  /** Returns what finds all classes in one loader. */
  static Loaders only(ClassLoader one) {
    return new Loaders() {
      @Override
      public int number(Class<?> type) {
        return COMMON;
      }

      @Override
      public Class<?> find(int loader, String name) throws ClassNotFoundException {
        return Class.forName(name, false, one);
      }

      @Override
      public ClassLoader loader(int loader) {
        return one;
      }
    };
  }
}
