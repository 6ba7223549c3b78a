package dev.outlive.bench.contender;

import java.nio.file.Path;

/**
 * How much one measurement is to do.
 *
 * @param units how many units a round has
 * @param rounds how many rounds count; what is measured in rounds is warmed up by two more, and for
 *     ten seconds at least, in which the JVM compiles what is hot
 * @param directory an empty directory of its own
 */
record Plan(int units, int rounds, Path directory) {
  private static final int WARM_UP = 2;
  private static final long WARM_UP_NANOS = 10_000_000_000L;
  private static final long ENOUGH_NANOS = 10_000_000_000L;

  /** What is measured. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  /** What is measured, of which not all counts. */
  @FunctionalInterface
  interface Timed {
    /** Returns how long what counts took, in nanoseconds. */
    long run() throws Exception;
  }

  /** Runs the rounds and notes what each took, divided by the unit. */
  void rounds(Samples samples, String variant, double unitNanos, Action action) throws Exception {
    timed(
        samples,
        variant,
        unitNanos,
        () -> {
          long began = System.nanoTime();
          action.run();
          return System.nanoTime() - began;
        });
  }

  /** Runs the rounds and notes what counts of each, divided by the unit. */
  void timed(Samples samples, String variant, double unitNanos, Timed action) throws Exception {
    long first = System.nanoTime();
    int counted = 0;
    for (int i = 0; counted < rounds; i++) {
      long began = System.nanoTime();
      long took = action.run();
      long ended = System.nanoTime();
      boolean slow = ended - first > warmUpNanos() + ENOUGH_NANOS;
      if ((i >= WARM_UP && began - first >= warmUpNanos()) || slow) {
        samples.add(variant, took / unitNanos);
        counted++;
      }
      if (slow) {
        return; // those so far must do, warm or not
      }
    }
  }

  /** How long the warm-up takes at least; a quick run, of few rounds, has none of that. */
  private long warmUpNanos() {
    return rounds > WARM_UP ? WARM_UP_NANOS : 0;
  }

  /** The file by which the task of a round says that it has begun. */
  String marker(int round) {
    return directory.resolve("busy-" + round).toString();
  }
}
