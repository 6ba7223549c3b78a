package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.internal.protocol.Items;
import dev.outlive.internal.protocol.JavaCodec;
import dev.outlive.task.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ItemEndsTest {
  private static final List<Object> VALUES =
      Arrays.asList(
          1,
          -1,
          Integer.MIN_VALUE,
          1L,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          -0.0,
          Double.NaN,
          Double.MIN_VALUE,
          null,
          true,
          'c',
          (byte) 3,
          1.5f,
          "",
          "text",
          "\u2028");

  private final SplittableRandom random = new SplittableRandom(5);

  @Test
  void values_in_rows_of_any_length_are_what_was_returned() throws IOException {
    for (int round = 0; round < 200; round++) {
      List<Object> all = new ArrayList<>();
      int kinds = 1 + random.nextInt(VALUES.size());
      for (int i = random.nextInt(300); i >= 0; i--) {
        all.add(VALUES.get(random.nextInt(kinds)));
      }
      ItemEnds ends = new ItemEnds(all.size());
      for (int from = 0; from < all.size(); ) {
        int to = Math.min(all.size(), from + 1 + random.nextInt(50));
        ends.putAll(from, row(all.subList(from, to)));
        from = to;
      }
      assertThat(ends.<Object>values()).isEqualTo(all).isInstanceOf(RandomAccess.class);
    }
  }

  @Test
  void an_item_has_ended_or_not() throws IOException {
    ItemEnds ends = new ItemEnds(4);
    ends.putAll(1, row(Arrays.asList(7, null)));
    assertThat(ends.has(0)).isFalse();
    assertThat(ends.has(1)).isTrue();
    assertThat(ends.has(2)).isTrue();
    assertThat(ends.get(1)).isEqualTo(7);
    assertThat(ends.get(2)).isNull();
    assertThatThrownBy(() -> ends.get(3)).hasMessageContaining("item 3 has not ended");
    assertThatThrownBy(ends::values)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("2 items");
  }

  @Test
  void an_outcome_stands_for_its_value() throws IOException {
    ItemEnds ends = new ItemEnds(3);
    ends.putAll(0, row(List.of(1, 2, 3)));
    Outcome<Object> outcome = new Outcome.Success<>(List.of("a"), Records.ANY);
    ends.put(1, outcome);
    assertThat(ends.get(1)).isSameAs(outcome);
    assertThat(ends.outcomes()).containsExactly(1);
    assertThat(ends.<Object>values()).containsExactly(1, List.of("a"), 3);
  }

  @Test
  void the_values_are_a_list_of_the_jdk_once_serialised() throws Exception {
    ItemEnds ends = new ItemEnds(3);
    ends.putAll(0, row(List.of(1, 2L, "x")));
    List<Object> values = ends.values();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(values);
    }
    assertThat(bytes.toString(StandardCharsets.ISO_8859_1)).doesNotContain("dev.outlive");
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(List.of(1, 2L, "x"));
    }
  }

  @Test
  void the_values_cannot_be_changed() throws IOException {
    ItemEnds ends = new ItemEnds(2);
    ends.putAll(0, row(List.of(2, 1)));
    List<Integer> values = ends.values();
    assertThatThrownBy(() -> values.set(0, 1)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> values.sort(null)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(values::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void what_is_no_plain_value_is_refused() {
    ItemEnds ends = new ItemEnds(2);
    ByteBuffer tooShort = ByteBuffer.wrap(new byte[] {4, 0, 0, 0});
    assertThatThrownBy(() -> ends.putAll(0, Items.of(List.of(tooShort))))
        .isInstanceOf(StreamCorruptedException.class);
    ByteBuffer stream = ByteBuffer.wrap(new byte[] {(byte) 0xAC, 1, 2, 3, 4});
    assertThatThrownBy(() -> ends.putAll(0, Items.of(List.of(stream))))
        .isInstanceOf(StreamCorruptedException.class);
  }

  private static Items row(List<?> values) throws IOException {
    List<ByteBuffer> encoded = new ArrayList<>();
    for (Object value : values) {
      encoded.add(JavaCodec.encode(value));
    }
    return Items.of(encoded);
  }
}
