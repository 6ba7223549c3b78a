package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.os.Guardian;
import dev.outlive.os.OwnProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AotTrainingTest {
  @TempDir Path scratch;

  private static long pidFds() {
    return OwnProcess.descriptors().stream().filter(line -> line.contains("[pidfd]")).count();
  }

  private AotTraining training(Guardian guardian, Supplier<ProcessBuilder> process) {
    AotKey key = new AotKey("0123456789abcdef", false, List.of(), List.of());
    AotCache cache = new AotCache(new AotDirectory(scratch.resolve("caches")), key);
    return new AotTraining(
        "test", cache, scratch.resolve("training"), guardian, () -> false, _ -> process.get());
  }

  @Test
  void nothing_is_held_of_a_process_that_cannot_be_told_anything() throws Exception {
    long before = pidFds();
    try (Guardian guardian = Guardian.start("training", scratch)) {
      CountDownLatch asked = new CountDownLatch(1);
      AotTraining training =
          training(
              guardian,
              () -> {
                asked.countDown();
                return new ProcessBuilder("sh", "-c", "exec 0<&-; exec sleep 600");
              });
      training.begin();
      assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
      training.close();
    }
    Await.until("its directory is gone", () -> !Files.exists(scratch.resolve("training")));
    Await.until("its descriptor is closed", () -> pidFds() == before);
  }

  @Test
  void what_has_failed_is_tried_once_more() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (Guardian guardian = Guardian.start("training", scratch)) {
      AotTraining training =
          training(
              guardian,
              () -> {
                asked.incrementAndGet();
                return new ProcessBuilder("false");
              });
      training.begin();
      Await.until("its thread has ended", () -> !isAtWork());
      training.close();
    }
    assertThat(asked).hasValue(2);
    assertThat(scratch.resolve("training")).doesNotExist();
  }

  private static boolean isAtWork() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("outlive-test-training"));
  }
}
