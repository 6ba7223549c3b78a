package dev.outlive.systemtests.process;

import dev.outlive.ProcessPool;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.systemtests.Await;
import dev.outlive.task.TaskFuture;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A program with a busy and an idle worker, which calls a worker frozen after one second. On a line
 * on its stdin it looks at them for some more seconds, and says how many it has lost.
 */
final class FrozenParent {
  private FrozenParent() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    try (ProcessPool pool =
        ProcessPool.builder()
            .name("frozen")
            .workers(2)
            .frozenAfter(Duration.ofSeconds(1))
            .grace(Duration.ofMillis(500))
            .build()) {
      pool.map(n -> n, List.of(1, 2));
      TaskFuture<Void> busy = pool.submit(() -> Thread.sleep(Duration.ofMinutes(5)));
      Await.until("one is busy", () -> Await.workers(pool, PoolSnapshot.WorkerState.BUSY) == 1);
      System.out.println("ready");
      System.out.flush();
      int line = System.in.read();
      Thread.sleep(Duration.ofSeconds(4));
      System.out.println(
          "lost " + pool.snapshot().deaths() + " after " + (line == '\n' ? "a line" : "nothing"));
      System.out.flush();
      busy.cancel(true);
    }
  }
}
