package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WholeLinesTest {
  private final List<String> blocks = new ArrayList<>();
  private final WholeLines lines = new WholeLines();

  private void take(byte[] bytes, int from, int to) {
    blocks.add(new String(bytes, from, to - from, StandardCharsets.US_ASCII));
  }

  private void add(String text) {
    byte[] bytes = (">" + text).getBytes(StandardCharsets.US_ASCII);
    lines.add(bytes, 1, bytes.length, this::take);
  }

  @Test
  void a_line_is_given_out_when_its_end_has_come() {
    add("one\ntwo\nthr");
    assertThat(blocks).containsExactly("one\ntwo\n");
    add("");
    add("e");
    add("e\nfour\nfive\nsi");
    assertThat(blocks).containsExactly("one\ntwo\n", "three\n", "four\nfive\n");
    add("x\n");
    add("\n");
    assertThat(blocks).endsWith("six\n", "\n");
  }

  @Test
  void what_has_no_end_is_given_out_when_nothing_more_comes() {
    add("part");
    lines.flush(this::take);
    lines.flush(this::take);
    assertThat(blocks).containsExactly("part");
  }

  @Test
  void a_line_that_is_too_long_comes_in_pieces() {
    String text = "0123456789".repeat(20_000);
    for (int from = 0; from < text.length(); from += 7_000) {
      add(text.substring(from, Math.min(text.length(), from + 7_000)));
    }
    add("\nnext\n");
    assertThat(String.join("", blocks)).isEqualTo(text + "\nnext\n");
    assertThat(blocks).allMatch(block -> block.length() <= 65_536).hasSize(5);
  }

  @Test
  void wherever_the_text_is_cut_the_lines_are_whole() {
    String text = "a\n\nbcd\r\nefghi\nj\n";
    for (int first = 0; first <= text.length(); first++) {
      for (int second = first; second <= text.length(); second++) {
        blocks.clear();
        add(text.substring(0, first));
        add(text.substring(first, second));
        add(text.substring(second));
        assertThat(String.join("", blocks)).isEqualTo(text);
        assertThat(blocks).allMatch(block -> block.endsWith("\n"));
      }
    }
  }
}
