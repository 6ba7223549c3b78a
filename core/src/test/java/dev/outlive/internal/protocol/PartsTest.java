package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.task.Task;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Large parts of values travel beside their stream. */
final class PartsTest {
  private static final ClassLoader LOADER = PartsTest.class.getClassLoader();
  private static final Loaders LOADERS = Loaders.only(LOADER);
  private static final long LIMIT = 64 << 20;

  @TempDir private Path scratch;
  private SegmentStore store = SegmentStore.NONE;
  private Segments reader = Segments.NONE;

  private record Holder(String name, double[] array, List<Integer> list) implements Serializable {}

  private static final class Own implements Serializable {
    private static final long serialVersionUID = 1;
    final double[] one = doubles(100_000);
    final Object same = one;
    final long[][] rows = {new long[40_000], new long[3]};
    final List<Object> lists = new ArrayList<>(List.of(texts(500), texts(3)));
  }

  @BeforeEach
  void open() {
    BulkPlace place = new BulkPlace(scratch.resolve("segment-").toString());
    store = new SegmentStore(place, LIMIT);
    reader = new SegmentReader(place, LIMIT);
  }

  @AfterEach
  void close() {
    store.close();
    reader.close();
  }

  private static double[] doubles(int length) {
    return new Random(length).doubles(length).toArray();
  }

  private static List<String> texts(int length) {
    return new ArrayList<>(IntStream.range(0, length).mapToObj(i -> "text " + i).toList());
  }

  private Object decode(Parcel parcel) throws Exception {
    Object value = JavaCodec.decode(Arrived.of(parcel.bytes(), reader), LOADERS, null);
    assertThat(value).isNotNull();
    return value;
  }

  private Parcel encode(Object value) throws IOException {
    return JavaCodec.encode(value, LOADERS, store).parcel();
  }

  static Stream<Object> arrays() {
    return Stream.of(
        new byte[300_000],
        new short[] {1, 2, Short.MIN_VALUE},
        new short[200_000],
        new char[] {'a', '\ud83d'},
        new char[200_000],
        IntStream.range(0, 100_000).toArray(),
        IntStream.range(0, 100_000).asLongStream().toArray(),
        new float[] {1, Float.NaN, -0f},
        new float[100_000],
        doubles(100_000));
  }

  @ParameterizedTest
  @MethodSource("arrays")
  void an_array_comes_back_equal_and_the_large_ones_through_a_segment(Object array)
      throws Exception {
    Parcel parcel = encode(array);
    boolean large = ArrayKindOf.bytes(array) >= 64 << 10;
    assertThat(parcel.segment() != 0).isEqualTo(large);
    assertThat(parcel.length()).isGreaterThanOrEqualTo(ArrayKindOf.bytes(array));
    assertThat(decode(parcel)).isEqualTo(array).hasSameClassAs(array);
    assertThat(decode(Parcel.of(JavaCodec.encode(array)))).isEqualTo(array);
  }

  /** What the test itself knows of arrays. */
  private static final class ArrayKindOf {
    static long bytes(Object array) {
      ArrayKind kind = ArrayKind.of(array);
      return kind == null ? 0 : kind.bytes(array);
    }
  }

  @Test
  void arrays_and_lists_within_a_value_come_back_where_they_were() throws Exception {
    for (SegmentStore one : List.of(store, SegmentStore.NONE)) {
      Own value = new Own();
      Parcel parcel = JavaCodec.encode(value, LOADERS, one).parcel();
      assertThat(parcel.segment() != 0).isEqualTo(one.equals(store));
      Own back = (Own) decode(parcel);
      assertThat(back.one).isEqualTo(value.one);
      assertThat(back.same).isSameAs(back.one);
      assertThat(back.rows).isDeepEqualTo(value.rows);
      assertThat(back.lists).isEqualTo(value.lists);
      assertThat(back.lists.get(0)).isInstanceOf(ArrayList.class);
    }
  }

  @Test
  void who_has_no_descriptor_left_to_open_a_segment_has_only_that_value_undecodable()
      throws Exception {
    Parcel parcel = encode(doubles(100_000));
    Arrived arrived = Arrived.of(parcel.bytes(), new NoDescriptors(reader));
    assertThat(arrived.segment()).isEqualTo(parcel.segment());
    assertThatThrownBy(() -> JavaCodec.decode(arrived, LOADERS, null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be opened here")
        .hasMessageContaining("Too many open files");
  }

  /** A process that has all the files open that it may have. */
  private record NoDescriptors(Segments segments) implements Segments {
    @Override
    public <T> T with(long number, Use<T> use) throws IOException {
      throw new FileSystemException("segment-" + number, null, "Too many open files");
    }

    @Override
    public long mostBytes() {
      return segments.mostBytes();
    }

    @Override
    public boolean trim(long now) {
      return segments.trim(now);
    }

    @Override
    public void close() {
      segments.close();
    }
  }

  @Test
  void what_a_lambda_has_captured_and_a_record_holds_too() throws Exception {
    double[] captured = doubles(50_000);
    Task<Double> task = () -> captured[49_999];
    Parcel parcel = encode(task);
    assertThat(parcel.bulkBytes()).isEqualTo(400_000);
    assertThat(((Task<?>) decode(parcel)).call()).isEqualTo(captured[49_999]);
    Holder holder = new Holder("n", captured, new ArrayList<>(List.of(1, 2)));
    Holder back = (Holder) decode(encode(holder));
    assertThat(back.array()).isEqualTo(captured);
    assertThat(back.list()).isEqualTo(holder.list());
  }

  @Test
  void a_large_list_of_plain_values_lies_in_a_segment_too() throws Exception {
    List<Integer> list = new ArrayList<>(IntStream.range(0, 100_000).boxed().toList());
    Parcel parcel = encode(list);
    assertThat(parcel.segment()).isPositive();
    assertThat(decode(parcel)).isEqualTo(list).isInstanceOf(ArrayList.class);
  }

  @Test
  void where_there_is_no_room_it_travels_in_the_bytes() throws Exception {
    SegmentStore small = new SegmentStore(new BulkPlace(scratch + "/small-"), 1 << 20);
    double[] array = doubles(200_000);
    Parcel parcel = JavaCodec.encode(array, LOADERS, small).parcel();
    assertThat(parcel.segment()).isZero();
    assertThat(decode(parcel)).isEqualTo(array);
    SegmentStore nowhere = new SegmentStore(new BulkPlace(scratch + "/not/there-"), LIMIT);
    assertThat(decode(JavaCodec.encode(array, LOADERS, nowhere).parcel())).isEqualTo(array);
  }

  @Test
  void a_segment_is_used_again_once_it_is_released_and_not_before() throws Exception {
    Parcel first = encode(doubles(100_000));
    Parcel second = encode(doubles(100_001));
    assertThat(second.segment()).isNotEqualTo(first.segment());
    assertThat(first.release()).isTrue();
    Parcel third = encode(doubles(100_002));
    assertThat(third.segment()).isEqualTo(first.segment());
    assertThat(decode(second)).isEqualTo(doubles(100_001));
    assertThat(decode(third)).isEqualTo(doubles(100_002));
  }

  @Test
  void what_is_free_makes_room_for_another_and_goes_in_time() throws Exception {
    SegmentStore tight = new SegmentStore(new BulkPlace(scratch + "/tight-"), 3 << 20);
    Parcel first = JavaCodec.encode(doubles(250_000), LOADERS, tight).parcel();
    assertThat(first.segment()).isPositive();
    assertThat(JavaCodec.encode(doubles(200_000), LOADERS, tight).parcel().segment()).isZero();
    first.release();
    Parcel larger = JavaCodec.encode(doubles(300_000), LOADERS, tight).parcel();
    assertThat(larger.segment()).isPositive();
    larger.release();
    assertThat(tight.trim(System.nanoTime())).isTrue();
    assertThat(tight.trim(System.nanoTime() + 11_000_000_000L)).isFalse();
    assertThat(files()).isEmpty();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(scratch)) {
      return all.toList();
    }
  }

  @Test
  void a_closed_store_leaves_nothing_but_what_is_still_in_use() throws Exception {
    Parcel used = encode(doubles(100_000));
    encode(doubles(100_000)).release();
    store.close();
    assertThat(files()).hasSize(1);
    assertThat(encode(doubles(100_000)).segment()).isZero();
    used.release();
    assertThat(files()).isEmpty();
  }

  @Test
  void an_interrupted_thread_can_do_all_of_it() throws Exception {
    Thread.currentThread().interrupt();
    double[] array = doubles(100_000);
    Object back = decode(encode(array));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(back).isEqualTo(array);
  }

  @Test
  void a_segment_that_is_shorter_than_told_is_refused() throws Exception {
    Parcel parcel = encode(doubles(200_000));
    try (var channel = Files.newByteChannel(files().getFirst(), StandardOpenOption.WRITE)) {
      channel.truncate(4_096);
    }
    assertThatThrownBy(() -> decode(parcel)).isInstanceOf(IOException.class);
  }

  /** Mapped before, so that the pages are gone under the reader's hands: a SIGBUS. */
  @Test
  void a_segment_that_is_shortened_later_is_an_error_and_no_crash() throws Exception {
    Parcel parcel = encode(doubles(200_000));
    var _ = decode(parcel);
    try (var channel = Files.newByteChannel(files().getFirst(), StandardOpenOption.WRITE)) {
      channel.truncate(4_096);
    }
    assertThatThrownBy(() -> decode(parcel))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("shortened");
  }

  @Test
  void a_number_that_is_no_segment_s_is_refused() throws Exception {
    Parcel parcel = encode(doubles(100_000));
    byte[] bytes = bytes(parcel);
    ByteBuffer.wrap(bytes).putLong(5, 77);
    assertThatThrownBy(() -> Arrived.of(ByteBuffer.wrap(bytes), reader))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> Arrived.of(parcel.bytes(), Segments.NONE))
        .isInstanceOf(IOException.class);
  }

  private static byte[] bytes(Parcel parcel) {
    byte[] bytes = new byte[parcel.bytes().remaining()];
    parcel.bytes().duplicate().get(bytes);
    return bytes;
  }

  /** What lies beside has no more bytes than one value may have, whatever the file's size. */
  @Test
  void more_than_a_value_may_have_is_refused_before_it_is_allocated() throws Exception {
    Parcel parcel = encode(doubles(200_000));
    SegmentReader strict =
        new SegmentReader(new BulkPlace(scratch.resolve("segment-").toString()), 1_000_000);
    assertThatThrownBy(() -> Arrived.of(parcel.bytes(), strict)).isInstanceOf(IOException.class);
  }

  @Test
  void whatever_bit_of_the_header_flips_it_is_refused_or_some_array() throws Exception {
    Own value = new Own();
    for (Parcel parcel :
        List.of(encode(value), JavaCodec.encode(value, LOADERS, SegmentStore.NONE).parcel())) {
      byte[] whole = bytes(parcel);
      for (int bit = 8; bit < 8 * 100; bit++) {
        byte[] damaged = whole.clone();
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        Object back = attempt(ByteBuffer.wrap(damaged));
        assertThat(back).as("bit %d", bit).isNotNull();
      }
      for (int length = 1; length < Math.min(100, whole.length); length++) {
        ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(whole, length));
        assertThat(attempt(cut)).as("%d bytes", length).isInstanceOf(Exception.class);
      }
    }
  }

  private @Nullable Object attempt(ByteBuffer bytes) {
    try {
      ResultFilter filter = new ResultFilter(PartsTest.class, List.of(), LIMIT, bytes.remaining());
      return JavaCodec.decode(Arrived.of(bytes, reader), LOADERS, filter);
    } catch (IOException | ClassNotFoundException | RuntimeException refused) {
      return refused;
    }
  }

  @Test
  void the_filter_lets_parts_through_and_knows_how_large_they_are() throws Exception {
    Parcel parcel =
        encode(new Holder("n", doubles(50_000), texts(0).stream().map(String::length).toList()));
    Arrived arrived = Arrived.of(parcel.bytes(), reader);
    assertThat(arrived.length()).isEqualTo(parcel.length());
    ResultFilter filter = new ResultFilter(PartsTest.class, List.of(), LIMIT, arrived.length());
    Holder back = (Holder) JavaCodec.decode(arrived, LOADERS, filter);
    assertThat(back).isNotNull();
    assertThat(back.array()).isEqualTo(doubles(50_000));
  }

  @Test
  void the_bytes_are_those_of_yesterday() throws Exception {
    byte[] whole = bytes(Parcel.of(JavaCodec.encode(new Object[] {new byte[4_096], 7})));
    assertThat(Arrays.copyOf(whole, 24))
        .containsExactly(
            0x40,
            0,
            0,
            0,
            1,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            whole[15],
            whole[16],
            16,
            0,
            0,
            16,
            0,
            (byte) 0xAC,
            (byte) 0xED);
    assertThat(whole.length).isEqualTo(22 + ByteBuffer.wrap(whole).getInt(13) + 4_096);
  }
}
