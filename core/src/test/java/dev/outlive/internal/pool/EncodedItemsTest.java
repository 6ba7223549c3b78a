package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.internal.protocol.Items;
import dev.outlive.internal.protocol.JavaCodec;
import dev.outlive.internal.protocol.Parcel;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class EncodedItemsTest {
  private final SplittableRandom random = new SplittableRandom(3);

  @Test
  void any_range_of_numbers_is_what_was_added() throws IOException {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < 200_000; i++) {
      values.add(i);
    }
    check(values, 200);
  }

  @Test
  void any_range_of_different_values_is_what_was_added() throws IOException {
    List<Object> values = new ArrayList<>(List.of(1, 2, 3, 4L, 5.5));
    for (int i = 0; i < 20_000; i++) {
      values.add(random.nextBoolean() ? (Object) random.nextLong() : "x".repeat(i % 100));
    }
    values.add("y".repeat(500_000));
    values.add(7);
    check(values, 200);
  }

  @Test
  void values_that_differ_after_many_that_do_not_are_what_was_added() throws IOException {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      values.add(i);
    }
    values.add("different");
    values.add(5L);
    check(values, 50);
  }

  @Test
  void numbers_of_the_rarer_types_share_blocks_too() throws IOException {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      values.add(
          i % 3 == 0 ? (Object) (short) i : i % 3 == 1 ? (Object) (float) i : BigInteger.TWO);
    }
    check(values, 20);
  }

  private void check(List<Object> values, int ranges) throws IOException {
    EncodedItems encoded = new EncodedItems();
    for (Object value : values) {
      if (!encoded.addNumber(value)) {
        encoded.add(Parcel.of(JavaCodec.encode(value)));
      }
    }
    assertThat(encoded.size()).isEqualTo(values.size());
    for (int i = 0; i < ranges; i++) {
      int from = random.nextInt(values.size());
      int to = Math.min(values.size(), from + 1 + random.nextInt(5_000));
      Items range = encoded.range(from, to);
      assertThat(range.size()).isEqualTo(to - from);
      for (int item = from; item < to; item++) {
        if (!range.get(item - from).equals(JavaCodec.encode(values.get(item)))) {
          assertThat(range.get(item - from)).as("item " + item).isEqualTo(values.get(item));
        }
      }
      int left = from + (to - from) / 2;
      ByteBuffer first = range.from(left - from).get(0);
      assertThat(first).isEqualTo(JavaCodec.encode(values.get(left)));
    }
    Items all = encoded.range(values.size() - 2, values.size());
    assertThat(all.get(1)).isEqualTo(JavaCodec.encode(values.getLast()));
  }
}
