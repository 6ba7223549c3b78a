package dev.outlive.bench.survival;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each row's judge, on what scenarios may have seen. */
class RowTest {
  private static final String TOLD = "\"news\": \"failure\", \"newsMillis\": 1.3";
  private static final String SILENT = "\"news\": \"none\", \"newsMillis\": 10000";
  private static final String RESULT = "\"news\": \"result\", \"newsMillis\": 1.3";

  private static String green(Row row) {
    return switch (row) {
      case KILLED, LATENCY, EXIT_0, EXIT_3 -> TOLD;
      case INNOCENTS -> "\"lost\": 0";
      case USABLE -> SILENT + ", \"next\": \"result\"";
      case IDLE_KILLED -> "\"asked\": 16, \"answered\": 16";
      case HALF_WAY, EXCEPTION, UNDECODABLE, UNENCODABLE -> TOLD + ", \"next\": \"result\"";
      case CALLBACK -> "\"asked\": 8, \"answered\": 8, \"called\": 8";
      case GRANDCHILD -> TOLD + ", \"gone\": true";
      case PARENT_KILLED -> "\"left\": 0";
      case TIMEOUT_LOOP, TIMEOUT_SIGNALS, TIMEOUT_NATIVE -> TOLD + ", \"ended\": true";
      case LOCK -> SILENT + ", \"lock\": \"told\"";
    };
  }

  private static List<String> red(Row row) {
    return switch (row) {
      case KILLED, EXIT_0, EXIT_3 -> List.of(SILENT, RESULT);
      case LATENCY -> List.of(SILENT, "\"news\": \"failure\", \"newsMillis\": 251");
      case INNOCENTS -> List.of("\"lost\": 1");
      case USABLE -> List.of(TOLD + ", \"next\": \"failure\"", TOLD + ", \"next\": \"none\"");
      case IDLE_KILLED -> List.of("\"asked\": 16, \"answered\": 15");
      case HALF_WAY, EXCEPTION, UNDECODABLE, UNENCODABLE ->
          List.of(
              SILENT + ", \"next\": \"result\"",
              RESULT + ", \"next\": \"result\"",
              TOLD + ", \"next\": \"failure\"",
              TOLD + ", \"next\": \"none\"");
      case CALLBACK ->
          List.of(
              "\"asked\": 8, \"answered\": 8, \"called\": 7",
              "\"asked\": 8, \"answered\": 7, \"called\": 8");
      case GRANDCHILD -> List.of(TOLD + ", \"gone\": false");
      case PARENT_KILLED -> List.of("\"left\": 1");
      case TIMEOUT_LOOP, TIMEOUT_SIGNALS, TIMEOUT_NATIVE ->
          List.of(SILENT + ", \"ended\": true", TOLD + ", \"ended\": false");
      case LOCK -> List.of(TOLD + ", \"lock\": \"stuck\"");
    };
  }

  private static Verdict judge(Row row, String seen) {
    return row.judge(Observations.parse("{" + seen + "}"));
  }

  @ParameterizedTest
  @EnumSource
  void what_survives_is_green(Row row) {
    assertThat(judge(row, green(row))).matches(Verdict::isGreen);
  }

  @ParameterizedTest
  @EnumSource
  void what_does_not_is_red(Row row) {
    for (String seen : red(row)) {
      assertThat(judge(row, seen).mark()).as(seen).isEqualTo(Verdict.Mark.RED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothing_seen_and_a_scenario_that_failed_are_red(Row row) {
    assertThat(judge(row, "").mark()).isEqualTo(Verdict.Mark.RED);
    assertThat(judge(row, green(row) + ", \"error\": \"does not end\""))
        .isEqualTo(Verdict.red("does not end"));
  }

  @Test
  void words_say_what_happened() {
    assertThat(judge(Row.KILLED, TOLD)).hasToString("✔ told in 1.3 ms");
    assertThat(judge(Row.EXIT_0, RESULT)).hasToString("✘ taken for a result");
    assertThat(judge(Row.INNOCENTS, "\"lost\": 7")).hasToString("✘ 7 of 8");
    assertThat(judge(Row.EXCEPTION, TOLD + ", \"next\": \"failure\""))
        .hasToString("✘ told, pool broken");
  }

  @Test
  void the_peers_have_a_scenario_for_each_row() throws IOException {
    String script = Files.readString(Path.of("peers", "survival", "peers.py"));
    for (Row row : Row.values()) {
      assertThat(script).contains("\n    \"" + row.id().replace('-', '_') + "\": ");
    }
    String pools = Files.readString(Path.of("peers", "survival", "pools.py"));
    for (Contender contender : Contender.values()) {
      assertThat(contender.isOutlive() || pools.contains('"' + contender.id + "\": ")).isTrue();
    }
  }

  @Test
  void the_page_tells_of_each_row() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "survival.md"));
    for (Row row : Row.values()) {
      assertThat(page)
          .contains("| `%s` | %s | %s |".formatted(row.id(), row.title, row.criterion))
          .contains("\n| " + row.title + " | ");
    }
  }
}
