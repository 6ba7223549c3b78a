package dev.outlive.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.internal.protocol.LastWord;
import dev.outlive.internal.protocol.LastWord.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LastWordsTest {
  private static StackTraceElement frame(String type, String method) {
    return new StackTraceElement(type, method, "X.java", 7);
  }

  private static @Nullable LastWord exit(StackTraceElement... stack) {
    return LastWords.exit("main", stack);
  }

  @Test
  void whoever_called_exit_is_named_by_the_first_frame_of_theirs() {
    LastWord word =
        exit(
            frame("java.lang.Object", "wait"),
            frame("java.lang.ApplicationShutdownHooks", "runHooks"),
            frame("java.lang.Shutdown", "exit"),
            frame("java.lang.Runtime", "exit"),
            frame("java.lang.System", "exit"),
            frame("com.acme.Plugin", "run"),
            frame("dev.outlive.internal.worker.TaskRunner", "run"));
    assertThat(word)
        .isEqualTo(
            new LastWord(Kind.EXIT_CALLED, "at com.acme.Plugin.run(X.java:7) in thread main"));
  }

  @Test
  void of_who_called_exit_neither_class_loader_nor_the_name_of_the_task_is_told() {
    StackTraceElement caller =
        new StackTraceElement("app", "m", "1", "com.acme.Plugin", "run", "X.java", 7);
    StackTraceElement[] stack = {
      frame("java.lang.ApplicationShutdownHooks", "runHooks"),
      frame("java.lang.Shutdown", "exit"),
      caller
    };
    assertThat(LastWords.exit("outlive-task 12 parse", stack))
        .isEqualTo(
            new LastWord(
                Kind.EXIT_CALLED, "at com.acme.Plugin.run(X.java:7) in the task's thread"));
  }

  @Test
  void a_signal_that_ends_the_jvm_in_order_is_named_by_its_thread() {
    StackTraceElement[] stack = {
      frame("java.lang.ApplicationShutdownHooks", "runHooks"),
      frame("java.lang.Shutdown", "exit"),
      frame("java.lang.Terminator$1", "handle"),
      frame("jdk.internal.misc.Signal$1", "run")
    };
    assertThat(LastWords.exit("SIGTERM handler", stack))
        .isEqualTo(new LastWord(Kind.SIGNALLED, "SIGTERM"));
  }

  @Test
  void other_threads_have_nothing_to_say() {
    assertThat(exit(frame("com.acme.Plugin", "exit"), frame("java.lang.Thread", "run"))).isNull();
    assertThat(exit()).isNull();
    assertThat(exit(frame("java.lang.Shutdown", "runHooks"))).isNull();
  }

  @Test
  void who_calls_exit_second_only_waits() {
    assertThat(
            exit(
                frame("java.lang.Shutdown", "exit"),
                frame("java.lang.Runtime", "exit"),
                frame("java.lang.System", "exit"),
                frame("com.acme.Hook", "run")))
        .isNull();
  }
}
