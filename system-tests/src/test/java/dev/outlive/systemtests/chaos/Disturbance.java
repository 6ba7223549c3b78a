package dev.outlive.systemtests.chaos;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/** Something that goes on beside a round, on a thread of its own, until the round is over. */
@FunctionalInterface
interface Disturbance {
  void disturb(Scene scene) throws Exception;

  /** Whether it begins with the first batch; else when that is done, and all classes are loaded. */
  default boolean fromTheFirst() {
    return true;
  }

  /** Changes what the pool of the round is like, before it is opened. */
  default void prepare(ProcessPoolBuilder settings) throws Exception {}

  /** Called when the pool is closed, and all of its processes should be gone. */
  default void cleanUp() throws Exception {}

  /**
   * What it works on.
   *
   * @param pool the round's
   * @param random its own
   * @param plan the round's
   * @param books where the ledgers are
   * @param injector where it writes what it does
   * @param goesOn whether the round goes on
   */
  record Scene(
      ProcessPool pool,
      SplittableRandom random,
      Plan plan,
      Books books,
      Books.Injector injector,
      BooleanSupplier goesOn) {

    /** Lets some milliseconds pass, fewer if the round ends meanwhile. */
    void pause(int least, int most) throws InterruptedException {
      long until = System.nanoTime() + random.nextInt(least, most + 1) * 1_000_000L;
      while (goesOn.getAsBoolean() && System.nanoTime() < until) {
        Thread.sleep(1);
      }
    }
  }
}
