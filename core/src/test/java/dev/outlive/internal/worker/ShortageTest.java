package dev.outlive.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.internal.protocol.LastWord.Kind;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ShortageTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Java heap space | HEAP_FULL",
        "GC overhead limit exceeded | HEAP_FULL",
        "Metaspace | HEAP_FULL",
        "Compressed class space | HEAP_FULL",
        "Requested array size exceeds VM limit | HEAP_FULL",
        "Cannot reserve 10 bytes of direct buffer memory (allocated: 1, limit: 2)"
            + " | DIRECT_MEMORY_FULL",
        "unable to create native thread: possibly out of memory | NO_MORE_THREADS",
        "Required length exceeds implementation limit | NONE",
        "mine | NONE",
      })
  void what_has_run_out_is_told_by_the_message(String message, Kind kind) {
    assertThat(Shortage.ofMemory(message)).isEqualTo(kind);
  }

  @Test
  void an_error_without_a_message_tells_nothing() {
    assertThat(Shortage.ofMemory(null)).isEqualTo(Kind.NONE);
  }

  @Test
  void causes_are_looked_at_too_and_what_throws_when_asked_is_nothing() {
    Throwable deep = new OutOfMemoryError("unable to create native thread");
    assertThat(Shortage.of(new IllegalStateException(new IllegalArgumentException(deep))))
        .isEqualTo(Kind.NO_MORE_THREADS);
    assertThat(Shortage.of(new Hostile())).isEqualTo(Kind.NONE);
  }

  @Test
  void too_many_open_files_are_no_shortage_while_one_can_be_opened() {
    Throwable error = new FileNotFoundException("/x (Too many open files)");
    assertThat(Shortage.of(error)).isEqualTo(Kind.NONE);
    assertThat(Shortage.of(new UncheckedIOException((java.io.IOException) error)))
        .isEqualTo(Kind.NONE);
  }

  private static final class Hostile extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new IllegalStateException("asked for a message");
    }

    @Override
    public synchronized Throwable getCause() {
      throw new AssertionError("asked for a cause");
    }
  }
}
