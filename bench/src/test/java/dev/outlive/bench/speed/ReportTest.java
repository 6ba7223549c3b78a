package dev.outlive.bench.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** From samples to what is read. */
class ReportTest {
  private final Results results = new Results();

  @Test
  void aFigureIsTheMedianAndTheBestOfItsRepeats() {
    Figure figure = new Figure(List.of(4.0, 1.0, 9.0));
    assertThat(figure.median()).isEqualTo(4.0);
    assertThat(figure.least()).isEqualTo(1.0);
    assertThat(Figure.median(List.of(1.0, 3.0))).isEqualTo(2.0);
    assertThatThrownBy(() -> new Figure(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatNeverComesIsNever() {
    Figure figure = new Figure(List.of(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 1.0));
    assertThat(Numbers.of(figure)).isEqualTo("never");
  }

  @Test
  void numbersHaveThreeDigitsThatCount() {
    assertThat(List.of(Numbers.of(0.01234), Numbers.of(1.234), Numbers.of(12.34)))
        .containsExactly("0.012", "1.23", "12.3");
    assertThat(Numbers.of(1234567)).isEqualTo("1,234,567");
    assertThat(Numbers.ratio(10, 4)).isEqualTo("2.50x");
  }

  @Test
  void aGoalIsMetByFactorOrByLimit() {
    Row row = Row.ALL.getFirst(); // 2.5 times Pool
    assertThat(Verdict.of(row, Contender.OUTLIVE, results)).isEqualTo(Verdict.NOT_MEASURED);
    add(Measurement.NOOP, Contender.OUTLIVE, "one by one", 10);
    assertThat(Verdict.of(row, Contender.OUTLIVE, results)).isEqualTo(Verdict.NOT_MEASURED);
    add(Measurement.NOOP, Contender.POOL, "one by one", 24.9);
    assertThat(Verdict.of(row, Contender.OUTLIVE, results)).isEqualTo(Verdict.NOT_MET);
    results.add(Measurement.NOOP, Contender.POOL, "one by one", List.of(30.0));
    assertThat(Verdict.of(row, Contender.OUTLIVE, results)).isEqualTo(Verdict.MET);
    Row ready =
        Row.ALL.stream()
            .filter(one -> one.title().equals("worker ready"))
            .findFirst()
            .orElseThrow();
    add(Measurement.WORKER_READY, Contender.OUTLIVE, "again", 25);
    assertThat(Verdict.of(ready, Contender.OUTLIVE, results)).isEqualTo(Verdict.MET);
  }

  @Test
  void everyRowNamesAVariantOnceAndAMeasurementOfIt() {
    assertThat(Row.ALL).extracting(Row::title).doesNotHaveDuplicates();
    assertThat(Row.ALL)
        .extracting(Row::measurement)
        .contains(Measurement.values()); // none is measured for nothing
  }

  @Test
  void aRowThatLosesStaysInTheTable() {
    add(Measurement.NOOP, Contender.OUTLIVE, "one by one", 100);
    add(Measurement.NOOP, Contender.POOL, "one by one", 25);
    results.fault("LOKY noop ended with 1: broken");
    String page = MarkdownReport.of(run());
    assertThat(page)
        .contains("| no-op tasks one by one, bare lambda | us a task | 2.5x multiprocessing.Pool")
        .contains("100 (100) | 0.250x | **not met** |")
        .contains("LOKY noop ended with 1: broken")
        .contains(Measurement.NOOP.timed())
        .doesNotContain("round trip, p50"); // was not measured
  }

  @Test
  void jsonKeepsEveryRepeat() {
    add(Measurement.KILL, Contender.OUTLIVE, "notice", 0.3);
    results.add(Measurement.KILL, Contender.OUTLIVE, "notice", List.of(0.5));
    add(Measurement.KILL, Contender.POOL, "failure", Double.POSITIVE_INFINITY);
    JsonObject json = JsonParser.parseString(JsonReport.of(run())).getAsJsonObject();
    JsonObject kill = json.getAsJsonObject("measurements").getAsJsonObject("kill");
    assertThat(kill.getAsJsonObject("Outlive").get("notice")).hasToString("[0.3,0.5]");
    assertThat(kill.getAsJsonObject("multiprocessing.Pool").get("failure")).hasToString("[null]");
    assertThat(json.getAsJsonArray("goals")).hasSize(Row.ALL.size());
  }

  private void add(Measurement measurement, Contender contender, String variant, double value) {
    results.add(measurement, contender, variant, List.of(value, value, value));
  }

  private Run run() {
    Machine machine = new Machine("a processor", 2, 8, "Linux", "25");
    return new Run(
        Instant.EPOCH, 60, 1, false, machine, List.of(0.5, 1.0), Map.of("python", "3"), results);
  }
}
