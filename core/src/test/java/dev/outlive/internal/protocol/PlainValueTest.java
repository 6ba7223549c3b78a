package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StreamCorruptedException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedList;
import java.util.List;
import java.util.Random;
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
        "half a pair: \ud83d",
        (byte) -7,
        Short.MIN_VALUE,
        'c',
        '\ud83d',
        -0.0f,
        Float.NaN);
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

  static Stream<Object> arraysAndLists() {
    return Stream.of(
        new byte[] {1, -1},
        new short[] {Short.MIN_VALUE, 1},
        new char[] {'a', '\ud83d'},
        new int[] {Integer.MIN_VALUE, 1},
        new long[] {Long.MIN_VALUE, 1},
        new float[] {-0.0f, Float.NaN},
        new double[] {-0.0, Double.MIN_VALUE},
        new double[0],
        new ArrayList<>(),
        new ArrayList<>(List.of(1, 2, 3)),
        new ArrayList<>(List.of("a", "\u20ac", "")),
        new ArrayList<>(Arrays.asList(1, null, 2L, 'c', (byte) 3, (short) 4, 5f, 6.0, true, "7")),
        List.of(),
        List.of(1),
        List.of(1L, 2L),
        List.of(1.0, -0.0, Double.NaN),
        List.of("x"),
        List.of(1, "x", false),
        Stream.of().toList(),
        Stream.of(1).toList(),
        Stream.of(1, 2, 3).toList(),
        Stream.of("a", null).toList());
  }

  @ParameterizedTest
  @MethodSource("arraysAndLists")
  void an_array_or_a_list_comes_back_as_the_very_same_kind(Object value) throws Exception {
    ByteBuffer bytes = JavaCodec.encode(value);
    assertThat(PlainValue.owns(bytes)).isTrue();
    Object back = decode(bytes);
    assertThat(back).isEqualTo(value).hasSameClassAs(value);
    if (value instanceof List<?> list && back instanceof List<?> other) {
      assertThat(suffersNull(other)).isEqualTo(suffersNull(list));
    }
  }

  private static boolean suffersNull(List<?> list) {
    try {
      return list.contains(null) || true;
    } catch (NullPointerException e) {
      return false;
    }
  }

  @Test
  void a_list_that_comes_back_can_be_changed_if_it_could_be() throws Exception {
    @SuppressWarnings("unchecked")
    List<Object> back = (List<Object>) decode(JavaCodec.encode(new ArrayList<>(List.of(1))));
    back.add("more");
    assertThat(back).containsExactly(1, "more");
  }

  @Test
  void a_text_that_a_list_has_many_times_travels_once() throws Exception {
    String large = "x".repeat(10_000);
    String small = new String(new char[] {'s', 'm'});
    List<String> list = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      list.add(i % 2 == 0 ? large : small);
    }
    ByteBuffer bytes = JavaCodec.encode(list);
    assertThat(bytes.remaining()).isLessThan(20_000);
    List<?> back = (List<?>) decode(bytes);
    assertThat(back).isEqualTo(list);
    assertThat(back.get(998)).isSameAs(back.get(0));
    assertThat(back.get(999)).isSameAs(back.get(1));
  }

  @Test
  void any_list_of_plain_values_comes_back_equal() throws Exception {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<@Nullable Object> list = new ArrayList<>();
      int kinds = 1 + random.nextInt(10);
      for (int i = random.nextInt(300); i > 0; i--) {
        list.add(any(random, kinds));
      }
      assertThat(decode(JavaCodec.encode(list))).as("seed %d", seed).isEqualTo(list);
    }
  }

  private static final List<String> TEXTS =
      List.of("", "a", "latin", "\u20ac", "long ".repeat(20), "\u20ac".repeat(100));

  private static @Nullable Object any(Random random, int kinds) {
    return switch (random.nextInt(kinds)) {
      case 0 -> random.nextInt();
      case 1 -> random.nextLong();
      case 2 -> random.nextDouble();
      case 3 -> TEXTS.get(random.nextInt(TEXTS.size()));
      case 4 -> new String(new char[] {'\u20ac', (char) random.nextInt()});
      case 5 -> random.nextBoolean();
      case 6 -> random.nextFloat();
      case 7 -> (char) random.nextInt();
      case 8 -> (byte) random.nextInt();
      default -> random.nextBoolean() ? null : (short) random.nextInt();
    };
  }

  private static @Nullable Object decode(ByteBuffer bytes) throws Exception {
    return JavaCodec.decode(bytes, ClassLoader.getSystemClassLoader(), null);
  }

  @Test
  void all_else_takes_the_jdk_s_way() throws Exception {
    for (Object other :
        new Object[] {
          BigInteger.TEN,
          new boolean[] {true},
          new Object[] {1},
          new ArrayList<>(List.of(BigInteger.TEN)),
          List.of(1, BigInteger.TEN),
          new LinkedList<>(List.of(1)),
          Arrays.asList(1, 2),
          Collections.unmodifiableList(new ArrayList<>(List.of(1)))
        }) {
      ByteBuffer bytes = JavaCodec.encode(other);
      assertThat(PlainValue.owns(bytes)).isFalse();
      assertThat(decode(bytes)).isEqualTo(other);
    }
  }

  @Test
  void what_is_not_whole_is_refused() {
    for (byte[] damaged :
        new byte[][] {
          {4, 0, 0, 0},
          {4, 0, 0, 0, 0, 0},
          {1, 0},
          {3, 0},
          {5},
          {8, 0},
          {13},
          {127},
          {9},
          {10, 0},
          {11, 0},
          {12, 0, 0, 0},
          {17, 0},
          {19, 0, 0, 0},
          {22, 0, 0, 0, 0},
          {23},
          {27, 0, 0, 0, 0},
          {24},
          {24, 0, 0, 0},
          {24, 0, 0, 0, 0},
          {24, 0, 0, 0, 0, 7},
          {24, 0, 0, 0, 1, 0},
          {24, 0, 0, 0, 0, 0, 1},
          {24, 0, 0, 0, 1, 4, 0, 0, 0},
          {24, -1, -1, -1, -1, 0},
          {24, 127, -1, -1, -1, 0, 1, 1},
          {24, 0, 0, 0, 1, 0, 7, 0, 0, 0, 1},
          {24, 0, 0, 0, 1, 0, 7, -1, -1, -1, -1},
          {24, 0, 0, 0, 1, 0, 24},
          {25, 0, 0, 0, 1, 0, 1}
        }) {
      assertThatThrownBy(() -> PlainValue.decode(ByteBuffer.wrap(damaged)))
          .as(Arrays.toString(damaged))
          .isInstanceOf(StreamCorruptedException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("arraysAndLists")
  void whatever_bit_flips_it_is_refused_or_a_value_of_no_more_bytes(Object value) throws Exception {
    ByteBuffer bytes = JavaCodec.encode(value);
    for (int bit = 0; bit < 8 * bytes.remaining(); bit++) {
      byte[] damaged = Arrays.copyOf(bytes.array(), bytes.remaining());
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      if (damaged[0] > 0) {
        try {
          var _ = PlainValue.decode(ByteBuffer.wrap(damaged));
        } catch (StreamCorruptedException refused) {
          assertThat(refused).isExactlyInstanceOf(StreamCorruptedException.class);
        }
      }
    }
  }
}
