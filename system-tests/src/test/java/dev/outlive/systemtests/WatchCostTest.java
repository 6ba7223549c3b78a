package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outlive.ProcessPool;
import dev.outlive.monitor.PoolSnapshot.WorkerState;
import dev.outlive.task.Bytes;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What it costs to watch: the kernel's own count of the processor time of the one thread that does
 * it. Prints the figure. Budget: 20 s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class WatchCostTest {
  private static final int WORKERS = 16;
  private static final Duration WARM_UP = Duration.ofSeconds(3);
  private static final Duration MEASURED = Duration.ofSeconds(10);
  private static final double MOST = 0.01;

  /** What other programs cost it, cold caches above all, is not its own. */
  private static final int TRIES = 3;

  @Test
  void watching_16_workers_costs_less_than_a_hundredth_of_a_core() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/schedstat")), "nobody counts here");
    try (ProcessPool pool =
        ProcessPool.builder()
            .name("w")
            .workers(WORKERS)
            .jvmArgs(Await.QUICK_START)
            .memoryPerWorker(Bytes.ofMebibytes(256))
            .build()) {
      for (int i = 0; i < WORKERS; i++) {
        var _ = pool.submit(() -> Thread.sleep(Duration.ofMinutes(10)));
      }
      Await.until(
          Duration.ofSeconds(120),
          "all at work",
          () -> Await.workers(pool, WorkerState.BUSY) == WORKERS);
      TimeUnit.NANOSECONDS.sleep(WARM_UP.toNanos());
      double part = 1;
      for (int i = 0; i < TRIES && part >= MOST; i++) {
        part = part();
        System.out.printf(
            Locale.ROOT, "watching %d workers costs %.2f %% of a core%n", WORKERS, 100 * part);
      }
      pool.shutdownNow();
      assertThat(part).isGreaterThan(0).isLessThan(MOST);
    }
  }

  private static double part() throws Exception {
    long begun = System.nanoTime();
    long before = nanosOf("outlive-w-vital");
    TimeUnit.NANOSECONDS.sleep(MEASURED.toNanos());
    long used = nanosOf("outlive-w-vital") - before;
    return (double) used / (System.nanoTime() - begun);
  }

  /** The kernel keeps 15 bytes of a thread's name. */
  private static long nanosOf(String name) throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
      Path thread =
          threads.filter(path -> text(path, "comm").strip().equals(name)).findFirst().orElseThrow();
      return Long.parseLong(text(thread, "schedstat").split(" ", 2)[0]);
    }
  }

  private static String text(Path thread, String file) {
    try {
      return Files.readString(thread.resolve(file));
    } catch (IOException endedMeanwhile) {
      return "";
    }
  }
}
