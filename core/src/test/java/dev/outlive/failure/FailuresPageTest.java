package dev.outlive.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds docs/failures.md against the enum. */
class FailuresPageTest {
  @Test
  void every_cause_has_a_section_of_its_own_in_the_order_of_the_enum() throws IOException {
    Path page = Path.of("..", "docs", "failures.md");
    List<String> sections =
        Files.readAllLines(page).stream()
            .filter(line -> line.startsWith("## "))
            .map(line -> line.substring(3))
            .toList();

    assertThat(sections)
        .containsExactlyElementsOf(Arrays.stream(Cause.values()).map(Cause::name).toList());
  }
}
