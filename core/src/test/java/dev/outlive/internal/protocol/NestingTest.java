package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NestingTest {
  @Test
  void what_is_written_is_read() {
    Nesting nesting = new Nesting(2, 3, 16);
    assertThat(Nesting.parse(nesting.text())).isEqualTo(nesting);
    assertThat(Nesting.here()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2",
        "depth=1 limit=3",
        "depth=-1 limit=3 share=1",
        "depth=99999999999 limit=3 share=1"
      })
  void what_no_pool_has_written_is_refused(String text) {
    assertThatThrownBy(() -> Nesting.parse(text))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("OUTLIVE_NESTING")
        .hasMessageContaining('"' + text + '"');
  }
}
