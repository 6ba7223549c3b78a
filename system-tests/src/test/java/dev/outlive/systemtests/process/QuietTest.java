package dev.outlive.systemtests.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.testkit.NoLeaks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A program that was started without {@code --enable-native-access} sees no line of the JVM's on
 * its stderr, and loses nothing but speed. Budget: 6 s.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class QuietTest {
  @TempDir Path scratch;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void stderr_is_empty_and_nothing_is_left(boolean nativeAccess) throws Exception {
    Path logging = scratch.resolve("logging.properties");
    Files.writeString(logging, ".level = SEVERE\n");
    List<String> options = new ArrayList<>();
    options.add("-Djava.util.logging.config.file=" + logging);
    if (nativeAccess) {
      options.add("--enable-native-access=ALL-UNNAMED");
    }
    try (Program program = Program.start(scratch, List.of(), options, QuietProgram.class)) {
      assertThat(program.readLine()).isEqualTo("[1, 4, 9]");
      assertThat(program.readLine()).isEqualTo("true");
      assertThat(program.readLine()).isEqualTo("SIGKILL");
      assertThat(program.readLine()).isEqualTo("native " + nativeAccess);
      assertThat(program.exitValue(Duration.ofSeconds(15))).isZero();
      assertThat(program.errors()).isEmpty();
      program.awaitNothingLeft(Duration.ofSeconds(2));
    }
  }
}
