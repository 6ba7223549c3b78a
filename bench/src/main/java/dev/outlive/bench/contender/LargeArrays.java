package dev.outlive.bench.contender;

import dev.outlive.ProcessPool;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What large arrays cost on their way to a task and back. */
final class LargeArrays {
  private static double @Nullable [] held; // in the worker

  private LargeArrays() {}

  static Samples passed(Plan plan) throws Exception {
    Samples samples = new Samples();
    try (ProcessPool pool = ProcessPool.builder().workers(2).build()) {
      for (int i = -2; i < plan.rounds(); i++) {
        double[] values = ones(plan.units());
        long began = System.nanoTime();
        pool.call(() -> values[values.length - 1]);
        if (i >= 0) {
          samples.add("", (System.nanoTime() - began) / Samples.MILLIS);
        }
      }
    }
    return samples;
  }

  static Samples returned(Plan plan) throws Exception {
    Samples samples = new Samples();
    int length = plan.units();
    try (ProcessPool pool = ProcessPool.builder().workers(1).build()) {
      plan.rounds(samples, "", Samples.MILLIS, () -> pool.call(() -> made(length)));
    }
    return samples;
  }

  /** Returns an array that the first call has made, so that only its way back is measured. */
  private static double[] made(int length) {
    double[] values = held;
    if (values == null) {
      values = ones(length);
      held = values;
    }
    return values;
  }

  private static double[] ones(int length) {
    double[] values = new double[length];
    Arrays.fill(values, 1);
    return values;
  }
}
