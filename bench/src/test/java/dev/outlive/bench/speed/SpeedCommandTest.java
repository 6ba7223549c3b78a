package dev.outlive.bench.speed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the command does before it measures, and what the documents say of it. */
class SpeedCommandTest {
  @Test
  void withoutPythonItEndsWithTwoAndSaysWhatToInstall(@TempDir Path out) throws IOException {
    StringWriter err = new StringWriter();
    int status = execute(err, "--python", "/nowhere/python3", "--out", out.toString());
    assertThat(status).isEqualTo(2);
    assertThat(err.toString())
        .contains("0 of Outlive's peers can be imported by /nowhere/python3")
        .contains("python3-joblib python3-pebble python3-billiard");
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void twoPeersAreNotEnoughAndThreeAre() {
    Map<String, String> two = Map.of("python", "3.11", "pool", "3.11", "executor", "3.11");
    assertThat(new Peers(two).enough()).isFalse();
    assertThat(new Peers(two).complaint("python3")).startsWith("2 of").contains("pool, executor");
    Map<String, String> three = Map.of("pool", "3.11", "executor", "3.11", "pebble", "5.0");
    assertThat(new Peers(three).enough()).isTrue();
  }

  @Test
  void whatCannotBeMeasuredIsRefusedWithWhatCan() {
    StringWriter err = new StringWriter();
    assertThat(execute(err, "--only", "luck")).isEqualTo(2);
    assertThat(err.toString()).contains("no measurement \"luck\"; there are noop, round-trip, map");
  }

  @Test
  void theDocumentsNameTheCommandAndEveryMeasurement() throws IOException {
    Path root = Path.of("..").toAbsolutePath().normalize();
    String page = Files.readString(root.resolve("docs/benchmarks/README.md"));
    assertThat(page).contains("bench/run", "--quick", "--jmh");
    assertThat(page)
        .contains(Stream.of(Measurement.values()).map(m -> "`" + m.id() + "`").toList());
    List<String> others = List.of("README.md", "CONTRIBUTING.md", "docs/design-decisions.md");
    for (String document : others) {
      assertThat(Files.readString(root.resolve(document))).as(document).contains("bench/run");
    }
  }

  private static int execute(StringWriter err, String... arguments) {
    CommandLine command = SpeedCommand.commandLine();
    command.setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }
}
