package dev.outlive.bench.survival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {
  private static final Observations GREEN = Observations.parse("{\"lost\": 0}");
  private static final Observations RED = Observations.parse("{\"lost\": 3}");

  private static Report report(String... options) {
    return new Report(Options.parse(List.of(options)));
  }

  @Test
  void one_red_round_makes_a_row_red() {
    Report report = report("--rows", "innocents", "--only", "outlive,pool", "--times", "2");
    report.absent(Contender.POOL);
    Verdict _ = report.add(Row.INNOCENTS, Contender.OUTLIVE, 1, GREEN);
    assertThat(report.isAsDue()).isTrue();
    Verdict _ = report.add(Row.INNOCENTS, Contender.OUTLIVE, 2, RED);
    assertThat(report.isAsDue()).isFalse();
    assertThat(report.markdown())
        .contains("| | Outlive | multiprocessing.Pool |")
        .contains("| innocents lost of 8 | ✘ 3 of 8 (1 of 2) | – not installed |")
        .contains(", 2 times each");
    assertThat(report.json()).containsPattern("\"round\": 2,\\s+\"green\": false");
  }

  @Test
  void with_faults_all_must_be_red() {
    Report report = report("--fault", "innocents,usable");
    Verdict _ = report.add(Row.INNOCENTS, Contender.OUTLIVE, 1, RED);
    assertThat(report.isAsDue()).as("nothing is known of the other row").isFalse();
    Verdict _ = report.add(Row.USABLE, Contender.OUTLIVE, 1, RED);
    assertThat(report.isAsDue()).isTrue();
  }

  @Test
  void peers_may_be_red() {
    Report report = report("--rows", "innocents", "--only", "executor");
    Verdict _ = report.add(Row.INNOCENTS, Contender.EXECUTOR, 1, RED);
    assertThat(report.isAsDue()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--only", "--only nobody", "--rows all", "--times 0", "--quick"})
  void what_is_no_option_is_refused(String line) {
    assertThatThrownBy(() -> Options.parse(List.of(line.split(" "))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(line.split(" ")[0]);
  }
}
