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
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The first notice of a death, and what follows it. Budget: 5 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class NoticeTest {
  private static final int MEBIBYTES = 512;

  /** A thread that does not get a processor in time may be late once. */
  private static final int TRIES = 5;

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
    boolean early = false;
    for (int i = 0; i < TRIES && !early; i++) {
      early = isKnownToDieEarly(signs.resolve("held" + i));
    }
    assertThat(early).as("in one of %d tries", TRIES).isEqualTo(NativeAccess.enabled());
  }

  private static boolean isKnownToDieEarly(Path held) throws Exception {
    Queue<PoolEvent> heard = new ConcurrentLinkedQueue<>();
    CompletableFuture<Boolean> early = new CompletableFuture<>();
    AtomicReference<CompletableFuture<ProcessHandle>> exit = new AtomicReference<>();
    try (ProcessPool pool =
        ProcessPool.builder()
            .name("notice")
            .workers(1)
            .jvmArgs("-XX:+UseSerialGC", "-Xmx1g")
            .listener(
                event -> {
                  heard.add(event);
                  if (event instanceof PoolEvent.WorkerDying) {
                    early.complete(!exit.get().isDone());
                  }
                })
            .build()) {
      String sign = held.toString();
      TaskFuture<Integer> victim = pool.submit(() -> hold(sign));
      Await.sign(held);
      long pid = Long.parseLong(Files.readString(Path.of(sign + ".pid")));
      ProcessHandle worker = ProcessHandle.of(pid).orElseThrow();
      exit.set(worker.onExit());
      worker.destroyForcibly();
      Throwable failure = Await.failure(victim);
      assertThat(failure).isInstanceOf(WorkerDiedException.class);
      assertThat(((WorkerDiedException) failure).diagnosis().cause()).isEqualTo(Cause.SIGKILL);
    }
    Await.until("all is told", () -> heard.contains(new PoolEvent.PoolTerminated()));
    assertThat(heard.stream().filter(PoolEvent.WorkerDying.class::isInstance)).hasSize(1);
    assertThat(heard.stream().map(Object::getClass).map(Class::getSimpleName))
        .containsSubsequence("WorkerDying", "WorkerDied");
    return Await.result(early);
  }
}
