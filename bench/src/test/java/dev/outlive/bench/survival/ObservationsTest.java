package dev.outlive.bench.survival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObservationsTest {
  @Test
  void what_is_written_is_read_again() {
    String text = "a \"quote\", a \\, a line\nand é {x: 1}";
    Observations read =
        Observations.parse(
            Observations.none()
                .with("text", text)
                .with("whole", -7)
                .with("part", 1.5)
                .with("true", true)
                .toString());
    assertThat(read.text("text")).contains(text);
    assertThat(read.number("whole")).hasValue(-7);
    assertThat(read.number("part")).hasValue(1.5);
    assertThat(read.is("true")).isTrue();
  }

  @Test
  void what_python_writes_is_read() {
    Observations read =
        Observations.parse(
            "{\"news\": \"failure\", \"newsMillis\": 1e-05, \"said\": \"\\u00e9\\t'x'\","
                + " \"gone\": false}\n");
    assertThat(read.text("said")).contains("é\t'x'");
    assertThat(read.number("newsMillis")).hasValue(1e-5);
    assertThat(read.is("gone")).isFalse();
    assertThat(read.text("absent")).isEmpty();
    assertThat(read.number("news")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "observed", "{\"a\": {\"b\": 1}}", "{\"a\": 1", "{\"a\" 1}"})
  void what_is_no_flat_object_is_refused(String line) {
    assertThatThrownBy(() -> Observations.parse(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(line);
  }
}
