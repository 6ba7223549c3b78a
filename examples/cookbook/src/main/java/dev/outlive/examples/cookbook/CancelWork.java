package dev.outlive.examples.cookbook;

import dev.outlive.ProcessPool;
import dev.outlive.task.TaskContext;
import dev.outlive.task.TaskFuture;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Ends work that nobody wants any more: politely, by force, and when its time is up. */
public final class CancelWork {
  public static void main(String[] args) throws InterruptedException {
    BlockingQueue<String> printed = new LinkedBlockingQueue<>();
    try (ProcessPool pool =
        ProcessPool.builder().workers(1).output(line -> printed.add(line.text())).build()) {
      long first = pool.call(CancelWork::pid);

      TaskFuture<Void> attentive = pool.submit(() -> work(false));
      printed.take(); // it has begun
      attentive.cancel(true);
      System.out.println("looks itself: same worker " + (pool.call(CancelWork::pid) == first));

      TaskFuture<Void> deaf = pool.submit(() -> work(true));
      printed.take();
      deaf.cancel(true); // killed, unless it ends within the pool's grace of 2 s
      System.out.println("takes no notice: same worker " + (pool.call(CancelWork::pid) == first));

      TaskFuture<Void> late = pool.submit(() -> work(false));
      String error =
          late.orTimeout(500, TimeUnit.MILLISECONDS) // from now on, the wait in the queue included
              .handle((value, thrown) -> thrown.toString())
              .join();
      System.out.println("late: " + error);
    }
  }

  static void work(boolean deaf) {
    System.out.println("begun");
    while (deaf || !TaskContext.current().isCancelled()) {
      Thread.onSpinWait();
    }
  }

  static long pid() {
    return ProcessHandle.current().pid();
  }
}
