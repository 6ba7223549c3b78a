package dev.outlive.bench.contender;

import java.nio.file.Path;

/**
 * How much one measurement is to do.
 *
 * @param units how many units a round has
 * @param rounds how many rounds count; what is measured in rounds is warmed up by two more
 * @param directory an empty directory of its own
 */
record Plan(int units, int rounds, Path directory) {
  private static final int WARM_UP = 2;
  private static final long ENOUGH_NANOS = 10_000_000_000L;

  /** What is measured. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  /** Runs the rounds and notes what each took, divided by the unit. */
  void rounds(Samples samples, String variant, double unitNanos, Action action) throws Exception {
    long first = System.nanoTime();
    for (int i = -WARM_UP; i < rounds && !enough(first, i); i++) {
      long began = System.nanoTime();
      action.run();
      long taken = System.nanoTime() - began;
      if (i >= 0 || enough(first, i + 1)) {
        samples.add(variant, taken / unitNanos);
      }
    }
  }

  /** Whether rounds are so slow that those so far must do: cold or not. */
  static boolean enough(long first, int done) {
    return done > -WARM_UP && System.nanoTime() - first > ENOUGH_NANOS;
  }

  /** The file by which the task of a round says that it has begun. */
  String marker(int round) {
    return directory.resolve("busy-" + round).toString();
  }
}
