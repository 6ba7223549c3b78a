package dev.outlive.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.internal.protocol.LambdaCode;
import dev.outlive.internal.protocol.Loaders;
import dev.outlive.task.Task;
import dev.outlive.task.TaskFunction;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class LambdasTest {
  private static final Loaders HERE = Loaders.only(ClassLoader.getSystemClassLoader());

  private final Lambdas reader = new Lambdas(HERE);

  private static ByteBuffer encoded(Object code) throws IOException {
    return Objects.requireNonNull(LambdaCode.encode(code, HERE), "it has a short form");
  }

  @SuppressWarnings("unchecked")
  private Task<Object> back(Task<?> task) throws Exception {
    ByteBuffer bytes = encoded(task);
    assertThat(LambdaCode.owns(bytes)).isTrue();
    return (Task<Object>) reader.read(bytes);
  }

  private static int twice(int number) {
    return 2 * number;
  }

  @Test
  void a_lambda_arrives_with_what_it_has_captured() throws Exception {
    boolean yes = true;
    byte small = 1;
    short less = 2;
    char letter = 'ß';
    int number = Integer.MIN_VALUE;
    long more = Long.MAX_VALUE;
    float part = 0.5f;
    double whole = Math.PI;
    String text = "größer 🚀";
    Integer none = null;
    Task<List<Object>> task =
        () -> {
          List<Object> all = new ArrayList<>();
          all.addAll(List.of(yes, small, less, letter, number, more, part, whole, text));
          all.add(none);
          return all;
        };
    assertThat(back(task).call()).isEqualTo(task.call());
  }

  @Test
  void lambdas_of_one_place_differ_in_what_they_have_captured() throws Exception {
    for (int i = 0; i < 3; i++) {
      int own = i;
      assertThat(back(() -> own).call()).isEqualTo(i);
    }
  }

  @Test
  @SuppressWarnings("unchecked")
  void a_reference_to_a_method_arrives_too() throws Exception {
    TaskFunction<Integer, Integer> twice = LambdasTest::twice;
    TaskFunction<Integer, Integer> back =
        (TaskFunction<Integer, Integer>) reader.read(encoded(twice));
    assertThat(back.apply(21)).isEqualTo(42);
  }

  @Test
  void what_is_no_lambda_or_has_captured_more_has_no_short_form() throws IOException {
    List<Integer> list = List.of(1);
    Task<List<Integer>> captures = () -> list;
    assertThat(LambdaCode.encode(captures, HERE)).isNull();
    assertThat(LambdaCode.encode("text", HERE)).isNull();
    assertThat(LambdaCode.encode((Runnable) () -> {}, HERE)).isNull();
  }

  @Test
  void a_class_that_workers_do_not_find_by_themselves_has_none() throws IOException {
    Loaders others =
        new Loaders() {
          @Override
          public int number(Class<?> type) {
            return 7;
          }

          @Override
          public Class<?> find(int loader, String name) throws ClassNotFoundException {
            throw new ClassNotFoundException(name);
          }

          @Override
          public ClassLoader loader(int loader) throws ClassNotFoundException {
            throw new ClassNotFoundException();
          }
        };
    Task<Integer> task = () -> 1;
    assertThat(LambdaCode.encode(task, others)).isNull();
    ByteBuffer bytes = encoded(task);
    assertThatThrownBy(() -> new Lambdas(others).read(bytes))
        .isInstanceOf(ClassNotFoundException.class)
        .hasMessage(LambdasTest.class.getName());
  }

  @Test
  void damaged_bytes_are_told_and_nothing_else_happens() throws IOException {
    long number = 5;
    Task<Long> task = () -> number;
    ByteBuffer bytes = encoded(task);
    for (int length = 1; length < bytes.remaining(); length++) {
      ByteBuffer cut = bytes.slice(0, length);
      assertThatThrownBy(() -> new Lambdas(HERE).read(cut)).isInstanceOf(IOException.class);
    }
    ByteBuffer whole = ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    whole.put(1, (byte) 0x7F);
    assertThatThrownBy(() -> reader.read(whole)).isInstanceOf(StreamCorruptedException.class);
  }
}
