package dev.outlive.examples.cookbook;

import dev.outlive.ProcessPool;
import dev.outlive.task.TaskContext;
import dev.outlive.task.TaskFuture;

/** Tells how far a task has come. */
public final class ShowProgress {
  public static void main(String[] args) throws InterruptedException {
    try (ProcessPool pool =
        ProcessPool.builder()
            .workers(1)
            .output(line -> System.out.println("task " + line.task() + ": " + line.text()))
            .build()) {
      TaskFuture<Integer> sum = pool.submit(() -> add(4_000));
      System.out.println(sum.join());
    }
  }

  static int add(int pages) {
    int sum = 0;
    for (int page = 1; page <= pages; page++) {
      sum += page;
      TaskContext.current().progress(page, pages); // two stores: cheap enough for each step
      if (page % 1_000 == 0) {
        System.out.println(page + " of " + pages);
      }
    }
    return sum;
  }
}
