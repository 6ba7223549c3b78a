package dev.outlive.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ChildProgramTest {
  @Test
  void the_reason_of_a_failure_is_no_frame_of_its_stack() {
    String errors =
        """
        Exception in thread "main" java.lang.IllegalStateException: it broke
        \tat some.Place.here(Place.java:1)
        Caused by: java.io.IOException: no room
        \tat some.Other.place(Other.java:2)
        \t... 1 more
        """;
    assertThat(ChildProgram.reason(errors)).isEqualTo("Caused by: java.io.IOException: no room");
    assertThat(ChildProgram.reason("")).isEqualTo("it printed nothing");
  }
}
