package dev.outlive.systemtests.chaos;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each scenario, in the short form, or in the long form of the profile {@code chaos}. Budget: two
 * minutes, the long form one to three hours.
 *
 * <p>{@code -Doutlive.chaos.seed=} takes another seed for all, or {@code SCENARIO:SEED} for one:
 * what a failure prints. Figures go to {@code chaos.md} in the directory of the test's JVM.
 */
@ExtendWith(NoLeaks.class)
class ChaosTest {
  private static final boolean LONG = System.getProperty("outlive.chaos", "short").equals("long");
  private static final String SEED = System.getProperty("outlive.chaos.seed", "");
  private static final long USUAL_SEED = 20261129;
  private static final Path FIGURES = Path.of("chaos.md");

  static Stream<Scenario> scenarios() {
    String only = SEED.contains(":") ? SEED.substring(0, SEED.indexOf(':')) : "";
    return Arrays.stream(Scenario.values())
        .filter(scenario -> only.isEmpty() || scenario.name().equals(only));
  }

  private static long seed() {
    String number = SEED.substring(SEED.indexOf(':') + 1);
    return number.isEmpty() ? USUAL_SEED : Long.parseLong(number);
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void everyInvariantHolds(Scenario scenario) throws Exception {
    Path directory = Files.createTempDirectory("chaos-" + scenario);
    Run run = new Run(scenario, LONG, seed(), directory);
    assertTimeoutPreemptively(LONG ? Duration.ofMinutes(120) : Duration.ofMinutes(4), run::go);
    Run.delete(directory);
    report(run.row());
  }

  private static void report(String row) throws IOException {
    System.out.println(row);
    if (Files.notExists(FIGURES)) {
      Files.writeString(FIGURES, Run.HEADING);
    }
    Files.writeString(FIGURES, row + "\n", StandardOpenOption.APPEND);
  }
}
