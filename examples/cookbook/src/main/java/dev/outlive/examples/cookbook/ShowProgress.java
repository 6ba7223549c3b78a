package dev.outlive.examples.cookbook;

import dev.outlive.ProcessPool;

/** Tells how far a task has come. */
public final class ShowProgress {
  public static void main(String[] args) throws InterruptedException {
    int sum;
    try (ProcessPool pool =
        ProcessPool.builder()
            .workers(1)
            .output(line -> System.out.println("task " + line.task() + ": " + line.text()))
            .build()) {
      sum = pool.call(() -> add(4_000));
    }
    System.out.println(sum);
  }

  static int add(int pages) {
    int sum = 0;
    for (int page = 1; page <= pages; page++) {
      sum += page;
      if (page % 1_000 == 0) {
        System.out.println(page + " of " + pages);
      }
    }
    return sum;
  }
}
