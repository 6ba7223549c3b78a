package dev.outlive.examples.cookbook;

import dev.outlive.ProcessPool;
import dev.outlive.task.Bytes;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/** Consumes messages until it is asked to end, then finishes those that it has accepted. */
public final class ContainerShutdown {
  public static void main(String[] args) {
    try (ProcessPool pool =
        ProcessPool.builder()
            .workers(1)
            .queueLimit(1, Bytes.ofMebibytes(1)) // then submit blocks
            .drainAtExit(Duration.ofSeconds(20)) // less than the container's grace period
            .build()) {
      try {
        for (int n = 1; ; n++) {
          int message = n;
          var _ =
              pool.submit(() -> handle(message))
                  .thenAccept(answer -> System.out.println("acknowledged " + answer));
          System.out.println("accepted " + n);
        }
      } catch (RejectedExecutionException e) {
        System.out.println("asked to end: no more is accepted");
      }
    }
  }

  static int handle(int message) throws InterruptedException {
    Thread.sleep(300); // work
    return message;
  }
}
