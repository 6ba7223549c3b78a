package dev.outlive.systemtests.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.os.NativeAccess;
import dev.outlive.testkit.NoLeaks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Who does not record pays nothing for it, and needs no flight recorder. Budget: 4 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class NoFlightTest {
  @TempDir Path scratch;

  private Program start(String... more) throws Exception {
    List<String> options = new ArrayList<>(List.of(more));
    if (NativeAccess.enabled()) {
      options.add("--enable-native-access=ALL-UNNAMED");
    }
    return Program.start(scratch, List.of(), options, NoFlightProgram.class);
  }

  private static void awaitAll(Program program, boolean recorder) throws Exception {
    assertThat(program.readLine()).isEqualTo("recorder " + recorder);
    assertThat(program.readLine()).isEqualTo("[1, 4, 9]");
    assertThat(program.readLine()).isEqualTo("SIGKILL");
    assertThat(program.readLine()).isEqualTo("records 4");
    assertThat(program.exitValue(Duration.ofSeconds(15))).isZero();
    program.awaitNothingLeft(Duration.ofSeconds(2));
  }

  @Test
  void a_pool_works_where_the_module_is_missing() throws Exception {
    try (Program program = start("--limit-modules=java.base,java.logging,jdk.unsupported")) {
      awaitAll(program, false);
    }
  }

  @Test
  void no_event_class_is_loaded_where_nobody_records() throws Exception {
    Path log = scratch.resolve("classes");
    try (Program program = start("-Xlog:class+load:file=" + log)) {
      awaitAll(program, true);
    }
    assertThat(Files.readString(log))
        .contains("dev.outlive.internal.flight.FlightLog")
        .doesNotContain("dev.outlive.internal.flight.TaskFlight")
        .doesNotContain("dev.outlive.internal.flight.WorkerDeathFlight")
        .doesNotContain("jdk.jfr.Event ");
  }
}
