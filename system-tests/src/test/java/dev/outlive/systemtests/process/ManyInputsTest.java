package dev.outlive.systemtests.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.os.NativeAccess;
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
import org.junit.jupiter.params.provider.CsvSource;

/**
 * However many inputs go through a stream, its program's heap stays as it is. Budget: 60 s. Ten
 * million go through the ordered stream, a million through its siblings.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class ManyInputsTest {
  @TempDir Path scratch;

  @ParameterizedTest
  @CsvSource({"stream, 10000000", "outcomes, 1000000", "gather, 1000000"})
  void the_heap_after_a_tenth_is_that_after_all(String call, int inputs) throws Exception {
    List<String> options = new ArrayList<>(List.of("-Xmx64m", "-XX:TieredStopAtLevel=4"));
    if (NativeAccess.enabled()) {
      options.add("--enable-native-access=ALL-UNNAMED");
    }
    try (Program program =
        Program.start(scratch, List.of(), options, ManyInputsProgram.class, call, inputs)) {
      long early = heap(program.readLine());
      long late = heap(program.readLine());
      assertThat(late).as("bytes, early %d", early).isLessThanOrEqualTo(early + early / 10);
      assertThat(program.readLine())
          .isEqualTo("sum " + (long) inputs * (inputs + 1L) / 2 + " killed 0");
      assertThat(program.exitValue(Duration.ofSeconds(30))).isZero();
      program.awaitNothingLeft(Duration.ofSeconds(5));
    }
  }

  private static long heap(String line) {
    assertThat(line).startsWith("heap ");
    return Long.parseLong(line.substring("heap ".length()));
  }
}
