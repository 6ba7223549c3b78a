package dev.outlive.systemtests.process;

import dev.outlive.ProcessPool;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.Exhaust;
import java.time.Duration;
import java.util.concurrent.ExecutionException;

/**
 * A program that shares its limit on threads with its workers, one of which uses them all up. It
 * says what became of that task, then whether its pool still works.
 */
final class FloodedParent {
  private FloodedParent() {}

  /** Takes each thread that becomes free too, so that there is none when its limit is over. */
  private static void holdAllThreads() {
    while (true) {
      try {
        Exhaust.threads();
      } catch (OutOfMemoryError e) {
        Thread.onSpinWait();
      }
    }
  }

  public static void main(String[] args) throws Exception {
    try (ProcessPool pool =
        ProcessPool.builder().name("flooded").workers(1).grace(Duration.ofSeconds(1)).build()) {
      pool.call(() -> 7);
      TaskOptions options = TaskOptions.named("flood").withTimeout(Duration.ofSeconds(2));
      try {
        pool.submit(() -> holdAllThreads(), options).get();
      } catch (ExecutionException e) {
        System.out.println(e.getCause().getClass().getSimpleName());
      }
      System.out.println("and then " + pool.call(() -> 8));
    }
    System.out.println("closed");
    System.out.flush();
  }
}
