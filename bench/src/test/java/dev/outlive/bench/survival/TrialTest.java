package dev.outlive.bench.survival;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Scenarios in processes of their own. Budget: 30 s. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class TrialTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int TRIES = 3;
  private static final Set<Row> IN_TIME = EnumSet.of(Row.GRANDCHILD, Row.PARENT_KILLED);

  private static Observations shell(Duration limit, String script)
      throws IOException, InterruptedException {
    return Trial.of(List.of("sh", "-c", script), limit);
  }

  /** A row that allows two seconds has more tries: a busy machine is late once, and not always. */
  private static Observations sound(Contender contender, Row row) throws Exception {
    Observations seen = Trial.of(contender, row, false);
    for (int i = 1; i < TRIES && IN_TIME.contains(row) && !row.judge(seen).isGreen(); i++) {
      seen = Trial.of(contender, row, false);
    }
    return seen;
  }

  @ParameterizedTest
  @EnumSource(
      names = {"INNOCENTS", "USABLE", "EXIT_0", "UNDECODABLE", "GRANDCHILD", "PARENT_KILLED"})
  void outlive_is_green_and_its_fault_turns_the_row_red(Row row) throws Exception {
    Observations sound = sound(Contender.OUTLIVE, row);
    assertThat(row.judge(sound)).as("%s", sound).matches(Verdict::isGreen);
    Observations faulty = Trial.of(Contender.OUTLIVE, row, true);
    assertThat(row.judge(faulty).mark()).as("%s", faulty).isEqualTo(Verdict.Mark.RED);
    assertThat(faulty.text(Observations.ERROR)).isEmpty();
  }

  @Test
  void outlive_without_native_access_is_green() throws Exception {
    Observations seen = sound(Contender.OUTLIVE_PLAIN, Row.PARENT_KILLED);
    assertThat(Row.PARENT_KILLED.judge(seen)).as("%s", seen).matches(Verdict::isGreen);
  }

  @Test
  void what_hangs_is_killed_with_all_that_it_has_started() throws Exception {
    String sleep = "sleep 600." + System.nanoTime();
    Observations seen =
        shell(Duration.ofSeconds(2), "setsid %1$s & setsid %1$s & %1$s".formatted(sleep));
    assertThat(seen.text(Observations.ERROR)).contains("hangs (killed after 2 s)");
    assertThat(ProcessHandle.allProcesses().flatMap(all -> all.info().commandLine().stream()))
        .noneMatch(line -> line.contains(sleep));
  }

  @Test
  void what_has_said_its_line_must_end_too() throws Exception {
    Observations seen = shell(Duration.ofSeconds(5), "echo 'observed {\"lost\": 0}'; sleep 600");
    assertThat(Row.INNOCENTS.judge(seen)).isEqualTo(Verdict.red("does not end"));
  }

  @Test
  void what_ends_without_a_word_has_failed_and_its_stderr_is_kept() throws Exception {
    Observations seen = shell(LONG, "echo why >&2; exit 3");
    assertThat(seen.text(Observations.ERROR)).contains("scenario failed");
    assertThat(seen.text("stderr")).contains("why");
  }

  @Test
  void what_asks_to_be_killed_is_and_what_is_left_of_it_is_counted() throws Exception {
    Observations seen =
        shell(
            LONG,
            "setsid sleep 600 & sleep 600 & echo 'observed {\"killMe\": true}'; wait; exit 1");
    assertThat(seen.number("left").orElse(0)).isEqualTo(2);
    assertThat(Row.PARENT_KILLED.judge(seen)).isEqualTo(Verdict.red("2 left"));
  }
}
