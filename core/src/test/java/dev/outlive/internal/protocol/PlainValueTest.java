package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StreamCorruptedException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PlainValueTest {
  static Stream<@Nullable Object> values() {
    return Stream.of(
        null,
        true,
        false,
        0,
        Integer.MIN_VALUE,
        Long.MAX_VALUE,
        -0.0,
        Double.NaN,
        Double.MIN_VALUE,
        "",
        "plain",
        "M\u00fcnchen\u00ff\u0000",
        "\u20ac \ud83d\ude00",
        "half a pair: \ud83d");
  }

  @ParameterizedTest
  @MethodSource("values")
  void a_plain_value_comes_back_as_it_was_in_few_bytes(@Nullable Object value) throws Exception {
    ByteBuffer bytes = JavaCodec.encode(value);
    assertThat(PlainValue.owns(bytes)).isTrue();
    assertThat(bytes.remaining()).isLessThanOrEqualTo(40);
    assertThat(JavaCodec.decode(bytes, ClassLoader.getSystemClassLoader(), null)).isEqualTo(value);
  }

  @ParameterizedTest
  @MethodSource("values")
  void it_may_lie_anywhere_in_a_buffer(@Nullable Object value) throws Exception {
    ByteBuffer bytes = JavaCodec.encode(value);
    ByteBuffer frame = ByteBuffer.allocate(bytes.remaining() + 7);
    frame.position(3).put(bytes).flip().position(3);
    ByteBuffer within = frame.slice();
    assertThat(JavaCodec.decode(within, ClassLoader.getSystemClassLoader(), null)).isEqualTo(value);
  }

  @Test
  void all_else_takes_the_jdk_s_way() throws Exception {
    for (Object other : new Object[] {BigInteger.TEN, 'c', 1.5f, new int[] {1}}) {
      ByteBuffer bytes = JavaCodec.encode(other);
      assertThat(PlainValue.owns(bytes)).isFalse();
      assertThat(JavaCodec.decode(bytes, ClassLoader.getSystemClassLoader(), null))
          .isEqualTo(other);
    }
  }

  @Test
  void what_is_not_whole_is_refused() {
    for (byte[] damaged :
        new byte[][] {{4, 0, 0, 0}, {4, 0, 0, 0, 0, 0}, {1, 0}, {3, 0}, {5}, {8, 0}, {9}, {127}}) {
      assertThatThrownBy(() -> PlainValue.decode(ByteBuffer.wrap(damaged)))
          .isInstanceOf(StreamCorruptedException.class);
    }
  }
}
