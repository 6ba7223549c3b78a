package dev.outlive.examples.cookbook;

import dev.outlive.ProcessPool;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.Bytes;
import java.time.Duration;
import java.util.List;

/** Work of which a few inputs need much more memory than all others. */
public final class RetryWhenMemoryAllows {
  public static void main(String[] args) throws InterruptedException {
    try (ProcessPool pool =
        ProcessPool.builder()
            .workers(2)
            .memoryPerWorker(Bytes.ofMebibytes(128)) // heap, classes, buffers, children: all of it
            .retry(
                RetryPolicy.onMemory()
                    .attempts(3) // the first one included
                    .whenMemoryAvailable(Duration.ofMinutes(1)) // then it has failed
                    .alone()
                    .withMoreMemory(2, Bytes.ofMebibytes(512).count())) // 128, 256, 512
            .build()) {
      System.out.println(pool.map(RetryWhenMemoryAllows::load, List.of(10, 120, 20)));
      pool.killedTasks().stream()
          .map(lost -> "attempt " + lost.attempt() + ": " + lost.diagnosis().summary())
          .forEach(System.out::println);
    }
  }

  static String load(int mebibytes) {
    byte[] document = new byte[mebibytes << 20];
    return (document.length >> 20) + " MiB";
  }
}
