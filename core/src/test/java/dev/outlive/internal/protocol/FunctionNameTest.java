package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.task.Task;
import dev.outlive.task.TaskFunction;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

final class FunctionNameTest {
  @Test
  void a_method_reference_is_called_after_class_and_method() {
    TaskFunction<String, Integer> length = String::length;
    TaskFunction<String, Integer> parse = Integer::parseInt;
    TaskFunction<Integer, ArrayList<String>> create = ArrayList::new;
    Task<String> bound = "text"::strip;
    assertThat(FunctionName.of(length)).isEqualTo("String::length");
    assertThat(FunctionName.of(parse)).isEqualTo("Integer::parseInt");
    assertThat(FunctionName.of(create)).isEqualTo("ArrayList::new");
    assertThat(FunctionName.of(bound)).isEqualTo("String::strip");
  }

  @Test
  void a_lambda_is_called_after_the_class_it_stands_in() {
    Task<Integer> task = () -> 1;
    assertThat(FunctionName.of(task)).isEqualTo("FunctionNameTest lambda");
  }

  @Test
  void an_object_is_called_after_its_class() {
    assertThat(FunctionName.of(new Work())).isEqualTo("FunctionNameTest$Work");
    assertThat(FunctionName.of("text")).isEqualTo("String");
  }

  private static final class Work implements Task<Integer> {
    @Override
    public Integer call() {
      return 1;
    }
  }
}
