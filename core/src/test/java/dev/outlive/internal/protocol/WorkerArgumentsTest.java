package dev.outlive.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.os.StartLine;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class WorkerArgumentsTest {
  @ParameterizedTest
  @EnumSource
  void what_a_pool_writes_its_worker_reads(StartLine line) {
    WorkerArguments arguments =
        new WorkerArguments(
            line,
            Path.of("/tmp/a b/page"),
            7,
            4711,
            1L << 40,
            -5,
            Optional.of(new BulkPlace("/dev/shm/a b-")),
            line == StartLine.PLAIN
                ? Optional.empty()
                : Optional.of(new BulkPlace("/dev/shm/a b-w7-")),
            "inbox");
    String[] words = arguments.toCommandLine().toArray(String[]::new);
    assertThat(WorkerArguments.parse(words)).isEqualTo(arguments);
    assertThat(words[words.length - 1]).isEqualTo("outlive-worker inbox #7");
  }

  @Test
  void a_line_of_another_length_is_refused() {
    assertThatThrownBy(() -> WorkerArguments.parse(new String[] {"SESSION"}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a worker takes 10 arguments, got 1");
  }

  @Test
  void the_main_class_that_both_have_agreed_on_exists() throws Exception {
    Class<?> main = Class.forName(WorkerArguments.MAIN_CLASS);
    assertThat(main.getMethod("main", String[].class).getReturnType()).isEqualTo(void.class);
  }
}
