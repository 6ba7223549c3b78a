package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.failure.Cause;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.os.NativeAccess;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.NoLeaks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The first notice of a death, and what follows it. Budget: 5 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class NoticeTest {
  private static final int MEBIBYTES = 256;

  /** A thread that does not get a processor in time may be late once. */
  private static final int TRIES = 5;

  /**
   * To free this much takes 24 to 80 ms; two threads that tell of one exit were 5 apart at most.
   */
  private static final Duration EARLY = Duration.ofMillis(10);

  @TempDir Path signs;

  /** Holds much memory until it is killed. */
  private static int hold(String sign) throws Exception {
    byte[][] ballast = new byte[MEBIBYTES][];
    for (int i = 0; i < ballast.length; i++) {
      ballast[i] = new byte[1 << 20];
      Arrays.fill(ballast[i], (byte) 1);
    }
    Files.writeString(Path.of(sign + ".pid"), Long.toString(ProcessHandle.current().pid()));
    Await.leaveSign(sign);
    Thread.sleep(600_000);
    return ballast.length;
  }

  /** Without native access the exit is the first notice. */
  @Test
  void a_large_worker_is_known_to_die_before_its_memory_is_free() throws Exception {
    Duration ahead = aheadOfExit(signs.resolve("held"));
    if (NativeAccess.enabled()) {
      for (int i = 1; i < TRIES && ahead.compareTo(EARLY) < 0; i++) {
        ahead = aheadOfExit(signs.resolve("held" + i));
      }
      assertThat(ahead).as("best of %d tries", TRIES).isGreaterThanOrEqualTo(EARLY);
    }
  }

  private static Duration aheadOfExit(Path held) throws Exception {
    Queue<PoolEvent> heard = new ConcurrentLinkedQueue<>();
    CompletableFuture<Long> noticed = new CompletableFuture<>();
    CompletableFuture<Long> exited;
    try (ProcessPool pool =
        ProcessPool.builder()
            .name("notice")
            .workers(1)
            .jvmArgs("-XX:+UseSerialGC", "-Xmx1g")
            .listener(
                event -> {
                  heard.add(event);
                  if (event instanceof PoolEvent.WorkerDying) {
                    noticed.complete(System.nanoTime());
                  }
                })
            .build()) {
      String sign = held.toString();
      TaskFuture<Integer> victim = pool.submit(() -> hold(sign));
      Await.until(Duration.ofSeconds(90), "it holds all of it", () -> Files.exists(held));
      long pid = Long.parseLong(Files.readString(Path.of(sign + ".pid")));
      ProcessHandle worker = ProcessHandle.of(pid).orElseThrow();
      exited = worker.onExit().thenApply(gone -> System.nanoTime());
      worker.destroyForcibly();
      Throwable failure = Await.failure(victim);
      assertThat(failure).isInstanceOf(WorkerDiedException.class);
      assertThat(((WorkerDiedException) failure).diagnosis().cause()).isEqualTo(Cause.SIGKILL);
    }
    Await.until("all is told", () -> heard.contains(new PoolEvent.PoolTerminated()));
    assertThat(heard.stream().filter(PoolEvent.WorkerDying.class::isInstance)).hasSize(1);
    assertThat(heard.stream().map(Object::getClass).map(Class::getSimpleName))
        .containsSubsequence("WorkerDying", "WorkerDied");
    return Duration.ofNanos(Await.result(exited) - Await.result(noticed));
  }
}
