package dev.outlive.systemtests.process;

import dev.outlive.ProcessPool;
import dev.outlive.task.TaskFuture;
import java.util.Arrays;

/** A program whose arguments and results are large. */
final class BulkProgram {
  private static final int LENGTH = 1_000_000;

  private BulkProgram() {}

  /** Prints whether an array came back as it was; with "hang", does not end then. */
  public static void main(String[] args) throws Exception {
    double[] array = new double[LENGTH];
    Arrays.setAll(array, i -> i);
    try (ProcessPool pool = ProcessPool.builder().name("bulk").workers(2).build()) {
      for (int i = 0; i < 3; i++) {
        System.out.println(Arrays.equals(array, pool.call(() -> array.clone())));
      }
      if (args.length > 0) {
        TaskFuture<Double> never =
            pool.submit(
                () -> {
                  Thread.sleep(600_000);
                  return array[0];
                });
        System.out.println("hangs");
        never.get();
      }
    }
  }
}
