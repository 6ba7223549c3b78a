package dev.outlive.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.cli.Check.Group;
import dev.outlive.cli.Check.State;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoctorTableTest {
  private static final List<Check> TWO =
      List.of(
          new Check(State.OK, Group.NEEDED, "JDK", "25 in /opt/jdk", "workers run on it", ""),
          new Check(
              State.NOTE,
              Group.ROOM,
              "open files",
              "64",
              "no worker has room",
              "Raise ulimit -n."));

  @Test
  void onATerminalTextsAreAlignedUnderHeadings() {
    assertThat(DoctorTable.forTerminal(TWO, 80))
        .containsExactly(
            "what is needed",
            "ok    JDK         25 in /opt/jdk",
            "                  so workers run on it",
            "",
            "how much there is room for",
            "note  open files  64",
            "                  so no worker has room",
            "                  -> Raise ulimit -n.",
            "",
            "All that is needed is here, 1 note.");
  }

  @Test
  void elseThereIsALineForEachCheck() {
    assertThat(DoctorTable.plain(TWO))
        .containsExactly(
            "ok\tJDK\t25 in /opt/jdk\tso workers run on it",
            "note\topen files\t64\tso no worker has room. Raise ulimit -n.");
  }

  @Test
  void jsonHasAnObjectForEachCheck() {
    assertThat(DoctorTable.json(TWO))
        .containsExactly(
            "{\"check\":\"JDK\",\"about\":\"needed\",\"state\":\"ok\",\"found\":\"25 in /opt/jdk\","
                + "\"so\":\"workers run on it\",\"cure\":\"\"}",
            "{\"check\":\"open files\",\"about\":\"room\",\"state\":\"note\",\"found\":\"64\","
                + "\"so\":\"no worker has room\",\"cure\":\"Raise ulimit -n.\"}");
  }

  @Test
  void whatIsMissingIsCounted() {
    Check missing =
        new Check(State.MISSING, Group.NEEDED, "JDK", "none", "no worker starts", "Get one.");
    assertThat(DoctorTable.forTerminal(List.of(missing), 80))
        .last()
        .isEqualTo("1 of what is needed is missing.");
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 80, 120})
  void noLineIsWiderThanTheTerminal(int columns) {
    Facts facts = new Facts();
    facts.counted = false;
    facts.groupProblem = "mkdir " + "/sys/fs/cgroup/a/very/deep/group".repeat(9) + ": no room";
    List<Check> checks = DoctorWords.of(facts.all());
    assertThat(DoctorTable.forTerminal(checks, columns))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
    String all = String.join("", DoctorTable.forTerminal(checks, columns)).replaceAll("\\s+", "");
    assertThat(checks)
        .allSatisfy(
            check ->
                assertThat(all)
                    .contains((check.found() + "so" + check.so()).replaceAll("\\s+", "")));
  }
}
