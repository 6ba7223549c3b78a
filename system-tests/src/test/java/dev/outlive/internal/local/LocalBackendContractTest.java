package dev.outlive.internal.local;

import dev.outlive.spi.WorkerBackend;
import dev.outlive.testkit.NoLeaks;
import dev.outlive.testkit.WorkerBackendKit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** This machine's workers keep the contract of backends. Budget: 8 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class LocalBackendContractTest extends WorkerBackendKit {
  @Override
  protected WorkerBackend backend() throws IOException {
    return new LocalBackend(settings(Path.of(System.getProperty("java.home"))));
  }

  @Override
  protected Optional<WorkerBackend> backendWithoutWorkers() throws IOException {
    return Optional.of(new LocalBackend(settings(Path.of("/nowhere"))));
  }

  private static LocalSettings settings(Path javaHome) {
    return new LocalSettings(
        "contract",
        1,
        javaHome,
        MemoryLimits.NONE,
        true,
        List.of("-XX:TieredStopAtLevel=1"),
        List.of(),
        Map.of(),
        Optional.empty(),
        64 << 20,
        Duration.ofSeconds(2),
        Duration.ofSeconds(30),
        false,
        false,
        true);
  }
}
