package dev.outlive.bench.growth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.bench.speed.Machine;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/** From points to page and plot. */
class GrowthReportTest {
  private static final List<Point> FLAT =
      List.of(new Point(1, 90, Point.NONE, 10, 100), new Point(10, 30, Point.NONE, 10, 100));
  private static final List<Point> STEEP =
      List.of(new Point(1, 3, 5, 10, 100), new Point(10, 9.1, 5, 10, 100));

  @Test
  void aCliffIsWhereAUnitCostsThreeTimesAsMuch() {
    assertThat(GrowthReport.cliffs(Axis.TASKS, FLAT)).isEmpty();
    assertThat(GrowthReport.cliffs(Axis.TASKS, STEEP)).containsExactly("from 1 to 10, 3.03x");
    assertThat(GrowthReport.cliffs(Axis.RESULT, STEEP)).as("ten times the bytes").isEmpty();
  }

  @Test
  void thePageHasEveryPointAndWhatFailed() {
    Machine machine = new Machine("a processor", 2, 8, "Linux", "25");
    String page =
        GrowthReport.page(
            machine,
            0.5,
            Map.of(Axis.QUEUE, STEEP),
            List.of("tasks 10000000 took more than 180 s"));
    assertThat(page)
        .contains("| 10 | 9.10 | 5.00 | 10.0 | 100 |")
        .contains("Cliffs: from 1 to 10, 3.03x.")
        .contains("growth-queue.svg")
        .contains("tasks 10000000 took more than 180 s");
  }

  @Test
  void aPlotHasAPlaceForEachPointWithinItsFrame() throws Exception {
    String svg = GrowthReport.plot(Axis.QUEUE, STEEP);
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    assertThat(document.getElementsByTagName("polyline").getLength()).isEqualTo(4);
    assertThat(document.getElementsByTagName("circle").getLength()).isEqualTo(8);
    assertThat(svg).contains("way out").doesNotContain("NaN");
  }

  @Test
  void axesGoAsFarAsTheDocumentsSay() throws Exception {
    assertThat(Axis.TASKS.points(false).max()).hasValue(10_000_000);
    assertThat(Axis.WORKERS.points(false).max()).hasValue(64);
    assertThat(Axis.RESULT.points(false).max()).hasValue(1_000_000_000);
    assertThat(Axis.QUEUE.points(false).max()).hasValue(1_000_000);
    Path page = Path.of("..", "docs", "benchmarks", "README.md");
    assertThat(Files.readString(page)).contains("bench/run --growth");
  }
}
