package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LastBytesTest {
  private static LastBytes of(int most, int step, byte[] bytes) {
    LastBytes last = new LastBytes(most);
    for (int from = 0; from < bytes.length; from += step) {
      last.add(bytes, from, Math.min(bytes.length, from + step));
    }
    return last;
  }

  private static LastBytes of(int most, String text) {
    return of(most, 3, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void what_is_short_is_kept_whole() {
    assertThat(of(8, "").text()).isEmpty();
    assertThat(of(8, "").endsLine()).isTrue();
    assertThat(of(8, "one\ntwo\n").text()).isEqualTo("one\ntwo\n");
    assertThat(of(8, "one\ntwo\n").dropped()).isZero();
    assertThat(of(8, "one\ntwo\n").endsLine()).isTrue();
    assertThat(of(8, "one\ntwo").endsLine()).isFalse();
  }

  @Test
  void of_what_is_long_the_last_whole_lines_are_kept_and_the_rest_counted() {
    LastBytes last = of(10, "one\ntwo\nthree\nfour\n");
    assertThat(last.text()).isEqualTo("four\n");
    assertThat(last.dropped()).isEqualTo(14);
    LastBytes unended = of(10, "one\ntwo\nthree\nfour");
    assertThat(unended.text()).isEqualTo("four");
    assertThat(unended.dropped()).isEqualTo(14);
  }

  @Test
  void of_a_line_that_is_longer_than_all_the_end_is_kept_in_whole_characters() {
    assertThat(of(10, "0123456789abc").text()).isEqualTo("3456789abc");
    assertThat(of(10, "0123456789abc\n").text()).isEqualTo("456789abc\n");
    LastBytes wide = of(10, "€€€€");
    assertThat(wide.text()).isEqualTo("€€€");
    assertThat(wide.dropped()).isEqualTo(3);
  }

  @Test
  void whatever_the_sizes_of_the_pieces_the_end_is_the_same() {
    Random random = new Random(1);
    byte[] text = new byte[70_000];
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) (random.nextInt(50) == 0 ? '\n' : 'a' + random.nextInt(26));
    }
    for (int most : new int[] {1, 255, 256, 257, 4_000, 65_536, 100_000}) {
      LastBytes whole = of(most, text.length, text);
      for (int step : new int[] {1, 7, 300, 66_000}) {
        LastBytes last = of(most, step, text);
        assertThat(last.text()).isEqualTo(whole.text());
        assertThat(last.dropped()).isEqualTo(text.length - whole.text().length());
      }
    }
  }
}
