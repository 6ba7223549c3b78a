package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.task.Task;
import dev.outlive.task.TaskFunction;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.Month;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class JavaCodecTest {
  private static final ClassLoader LOADER = JavaCodecTest.class.getClassLoader();

  private record Invoice<T>(String number, List<T> lines, Month month) implements Serializable {}

  static List<Object> values() {
    return List.of(
        1,
        "größer",
        List.of(1, "two", 3.0),
        new LinkedHashMap<>(Map.of("a", List.of(1))),
        Instant.EPOCH,
        Month.MAY,
        new Invoice<>("4711", List.of(1, 2), Month.MAY),
        String.class,
        int.class,
        int[].class,
        Invoice[].class);
  }

  @ParameterizedTest
  @MethodSource("values")
  void a_value_comes_back_equal(Object value) throws Exception {
    assertThat(copy(value)).isEqualTo(value);
  }

  @Test
  void arrays_and_null_come_back() throws Exception {
    assertThat(copy(null)).isNull();
    assertThat(copy(new long[] {1, 2})).isEqualTo(new long[] {1, 2});
    assertThat(copy(new String[][] {{"a"}, {}})).isEqualTo(new String[][] {{"a"}, {}});
  }

  @Test
  void lambdas_and_method_references_come_back_with_what_they_captured() throws Exception {
    int captured = 40;
    Task<Integer> bare = () -> 41;
    Task<Integer> capturing = () -> captured + 2;
    TaskFunction<String, Integer> reference = String::length;
    assertThat(copy(bare)).isInstanceOfSatisfying(Task.class, task -> called(task, 41));
    assertThat(copy(capturing)).isInstanceOfSatisfying(Task.class, task -> called(task, 42));
    Object back = copy(reference);
    assertThat(back).isInstanceOf(TaskFunction.class);
    @SuppressWarnings("unchecked")
    TaskFunction<String, Integer> length = (TaskFunction<String, Integer>) back;
    assertThat(length.apply("four")).isEqualTo(4);
  }

  private static void called(Task<?> task, int expected) {
    try {
      assertThat((Object) task.call()).isEqualTo(expected);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_value_may_lie_anywhere_in_its_buffer() throws Exception {
    ByteBuffer bytes = JavaCodec.encode("hidden");
    ByteBuffer larger = ByteBuffer.allocate(bytes.remaining() + 20).position(7);
    larger.put(bytes.duplicate()).limit(larger.position()).position(7);
    assertThat(JavaCodec.decode(larger, LOADER, null)).isEqualTo("hidden");
    assertThat(JavaCodec.decode(larger.slice(), LOADER, null)).isEqualTo("hidden");
    assertThat(larger.remaining()).isEqualTo(bytes.remaining());
  }

  @Test
  void an_end_at_any_byte_is_an_io_exception() throws IOException {
    ByteBuffer bytes = JavaCodec.encode(new Invoice<>("1", List.of(1), Month.MAY));
    for (int length = 0; length < bytes.remaining(); length++) {
      ByteBuffer cut = bytes.slice(0, length);
      assertThatThrownBy(() -> JavaCodec.decode(cut, LOADER, null))
          .as("%d bytes", length)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_class_that_the_loader_does_not_know_is_named() throws IOException {
    ByteBuffer bytes = JavaCodec.encode(new Invoice<>("1", List.of(), Month.MAY));
    assertThatThrownBy(() -> JavaCodec.decode(bytes, ClassLoader.getPlatformClassLoader(), null))
        .isInstanceOf(ClassNotFoundException.class)
        .hasMessage(Invoice.class.getName());
  }

  @Test
  void a_filter_is_asked() throws IOException {
    ByteBuffer bytes = JavaCodec.encode(new Invoice<>("1", List.of(), Month.MAY));
    ResultFilter filter = new ResultFilter(String.class, List.of(), 1 << 20, bytes.remaining());
    assertThatThrownBy(() -> JavaCodec.decode(bytes, LOADER, filter))
        .isInstanceOf(InvalidClassException.class);
    assertThat(filter.refusal()).contains(Invoice.class.getName());
  }

  @Test
  void what_a_class_throws_while_it_is_written_reaches_the_caller() {
    assertThatThrownBy(() -> JavaCodec.encode(new Unwilling()))
        .isInstanceOf(IOException.class)
        .hasMessage("not today");
  }

  private static final class Unwilling implements Serializable {
    private void writeObject(ObjectOutputStream out) throws IOException {
      throw new IOException("not today");
    }
  }

  @Test
  void encoding_twice_gives_the_same_bytes() throws IOException {
    Object value = Arrays.asList("a", 1);
    assertThat(JavaCodec.encode(value)).isEqualTo(JavaCodec.encode(value));
  }

  private static @Nullable Object copy(@Nullable Object value)
      throws IOException, ClassNotFoundException {
    return JavaCodec.decode(JavaCodec.encode(value), LOADER, null);
  }
}
