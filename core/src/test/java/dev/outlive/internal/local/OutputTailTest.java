package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class OutputTailTest {
  private static OutputTail of(String text) {
    OutputTail tail = new OutputTail();
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    for (int from = 0; from < bytes.length; from += 1_000) {
      tail.add(bytes, from, Math.min(bytes.length, from + 1_000));
    }
    return tail;
  }

  @Test
  void what_is_short_is_kept_whole() {
    assertThat(of("").last(8192)).isEmpty();
    assertThat(of("one\ntwo\n").last(8192)).isEqualTo("one\ntwo\n");
    assertThat(of("one\ntwo\n").last(4)).isEqualTo("two\n");
    assertThat(of("one").last(0)).isEmpty();
  }

  @Test
  void of_what_is_long_the_end_is_kept() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 50_000; i++) {
      text.append("line ").append(i).append('\n');
    }
    String all = text.toString();
    assertThat(of(all).last(Integer.MAX_VALUE)).isEqualTo(all.substring(all.length() - 65_536));
    assertThat(of(all).last(11)).isEqualTo("line 49999\n");
  }

  @Test
  void what_is_longer_than_all_that_is_kept_may_come_at_once() {
    byte[] bytes = "0123456789".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
    OutputTail tail = new OutputTail();
    tail.add(bytes, 3, 3);
    tail.add(bytes, 5, 199_995);
    String all = new String(bytes, 5, 199_990, StandardCharsets.US_ASCII);
    assertThat(tail.last(Integer.MAX_VALUE)).isEqualTo(all.substring(all.length() - 65_536));
  }
}
