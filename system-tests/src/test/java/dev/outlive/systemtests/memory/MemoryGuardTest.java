package dev.outlive.systemtests.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.os.NativeAccess;
import dev.outlive.systemtests.process.Program;
import dev.outlive.testkit.NoLeaks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A program in a container that runs short of memory: a JVM of its own, with its workers in one
 * control group, which a process that is no pool's fills. What is asserted is in the program.
 * Budget: 30 s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class MemoryGuardTest {
  private static final Duration LIMIT = Duration.ofSeconds(150);

  @TempDir private Path scratch;

  @ParameterizedTest
  @EnumSource
  void a_program_in_a_full_group(GuardProgram.Scenario scenario) throws Exception {
    List<String> options = new ArrayList<>(List.of("-Xmx64m"));
    if (NativeAccess.enabled()) {
      options.add("--enable-native-access=ALL-UNNAMED");
    }
    try (MemoryGroup group = MemoryGroup.of(700);
        Program program =
            Program.start(
                scratch,
                List.of("sh", "-c", group.join() + "; exec \"$0\" \"$@\""),
                options,
                GuardProgram.class,
                scenario,
                scratch)) {
      assertThat(program.readAll()).as("stderr: %s", program.errors()).endsWith("done\n");
      assertThat(program.exitValue(LIMIT)).isZero();
      assertThat(group.kills()).as("the kernel's kills").isZero();
      program.awaitNothingLeft(Duration.ofSeconds(5));
    }
  }
}
