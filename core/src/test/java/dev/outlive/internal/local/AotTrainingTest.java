package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.os.Guardian;
import dev.outlive.os.OwnProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AotTrainingTest {
  @TempDir Path scratch;

  private static long pidFds() {
    return OwnProcess.descriptors().stream().filter(line -> line.contains("[pidfd]")).count();
  }

  @Test
  void nothing_is_held_of_a_process_that_cannot_be_told_anything() throws Exception {
    AotKey key = new AotKey("0123456789abcdef", false, List.of(), List.of());
    AotCache cache = new AotCache(new AotDirectory(scratch.resolve("caches")), key);
    Path own = scratch.resolve("training");
    long before = pidFds();
    try (Guardian guardian = Guardian.start("training", scratch)) {
      CountDownLatch asked = new CountDownLatch(1);
      AotTraining training =
          new AotTraining(
              "test",
              cache,
              own,
              guardian,
              () -> false,
              _ -> {
                asked.countDown();
                return new ProcessBuilder("sh", "-c", "exec 0<&-; exec sleep 600");
              });
      training.begin();
      assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
      training.close();
    }
    assertThat(own).doesNotExist();
    assertThat(pidFds()).isEqualTo(before);
  }
}
