package dev.outlive.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.task.Bytes;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class AmountsTest {
  @Test
  void durationsAreANumberAndAUnit() {
    assertThat(Amounts.duration("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(Amounts.duration("3s")).isEqualTo(Duration.ofSeconds(3));
    assertThat(Amounts.duration("2m")).isEqualTo(Duration.ofMinutes(2));
    assertThat(Amounts.duration("1h")).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void sizesAreANumberAndAUnitOfEitherCase() {
    assertThat(Amounts.size("128m")).isEqualTo(Bytes.ofMebibytes(128));
    assertThat(Amounts.size("1G")).isEqualTo(Bytes.ofGibibytes(1));
    assertThat(Amounts.size("4096k")).isEqualTo(Bytes.ofKibibytes(4096));
    assertThat(Amounts.size("64MB")).isEqualTo(Bytes.ofMebibytes(64));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "3", "s", "-3s", "3 s", "1.5s", "3S", "3d", "999999999999999999h", "9e9s"})
  void aBadDurationIsRefusedWithItsValue(String text) {
    assertThatThrownBy(() -> Amounts.duration(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "128", "m", "-1m", "1t", "999999999999999999g", "128 m"})
  void aBadSizeIsRefusedWithItsValue(String text) {
    assertThatThrownBy(() -> Amounts.size(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
