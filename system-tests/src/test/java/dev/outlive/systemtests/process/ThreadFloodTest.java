package dev.outlive.systemtests.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.os.NativeAccess;
import dev.outlive.systemtests.Cgroup;
import dev.outlive.testkit.NoLeaks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A task that uses up the threads of all, the pool's own process included, costs that task. Budget:
 * 5 s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 90, threadMode = ThreadMode.SEPARATE_THREAD)
class ThreadFloodTest {
  @Test
  void thePoolGoesOnThoughItsOwnProcessCouldStartNoThread(@TempDir Path scratch) throws Exception {
    List<String> options =
        NativeAccess.enabled() ? List.of("--enable-native-access=ALL-UNNAMED") : List.of();
    try (Cgroup group = Cgroup.create("pids")) {
      group.set("pids.max", "100");
      List<String> joined = List.of("sh", "-c", group.join() + "; exec \"$@\"", "sh");
      try (Program parent = Program.start(scratch, joined, options, FloodedParent.class)) {
        // its JVM itself complains on stdout of the thread that it could not start
        parent.awaitLine("TaskTimeoutException");
        parent.awaitLine("and then 8");
        parent.awaitLine("closed");
        assertThat(parent.exitValue(Duration.ofSeconds(20))).isZero();
      }
    }
  }
}
