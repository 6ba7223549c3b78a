package dev.outlive.systemtests.process;

import dev.outlive.ProcessPool;
import dev.outlive.failure.TaskTimeoutException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.os.NativeAccess;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.Crash;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;

/** A program that does all that might make a JVM warn of native calls. */
final class QuietProgram {
  private QuietProgram() {}

  public static void main(String[] args) throws Exception {
    try (ProcessPool pool =
        ProcessPool.builder().name("quiet").workers(2).grace(Duration.ofMillis(200)).build()) {
      System.out.println(pool.map(n -> n * n, List.of(1, 2, 3)));
      TaskOptions limited = TaskOptions.named("hang").withTimeout(Duration.ofMillis(500));
      try {
        pool.submit(Crash::hang, limited).get();
      } catch (ExecutionException e) {
        System.out.println(e.getCause() instanceof TaskTimeoutException);
      }
      CountDownLatch ended = new CountDownLatch(1);
      TaskFuture<Void> cancelled = pool.submit(() -> Thread.sleep(Duration.ofMinutes(10)));
      var _ = cancelled.whenComplete((value, error) -> ended.countDown());
      cancelled.cancel(true);
      ended.await();
      try {
        pool.call(
            () -> {
              Crash.leaveChild(Crash.Child.PLAIN);
              Crash.sigkill();
            });
      } catch (WorkerDiedException e) {
        System.out.println(e.diagnosis().cause());
      }
    }
    System.out.println("native " + NativeAccess.enabled());
  }
}
