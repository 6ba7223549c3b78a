package dev.outlive.task;

import java.io.Serializable;

/** Work without a result that may travel to another process, and may throw. */
@FunctionalInterface
@SuppressWarnings(
    "FunctionalInterfaceMethodChanged") // run() is act(), for those who want a Runnable
public interface Action extends Runnable, Serializable {
  /**
   * Does the work.
   *
   * @throws Exception if it fails; arrives at the caller in its own type
   */
  void act() throws Exception;

  /** Does the work where a {@link Runnable} is wanted; a checked exception arrives wrapped. */
  @Override
  default void run() {
    try {
      act();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
