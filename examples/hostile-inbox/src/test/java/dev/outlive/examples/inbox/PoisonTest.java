package dev.outlive.examples.inbox;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each poison, in a JVM of its own with a heap of 128 MB. Budget: 30 s. */
class PoisonTest {
  private static final int HANG_SECONDS = 5;
  private static final int LIMIT_SECONDS = 60;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = {"HEAP", "BOMB"})
  void heap_poison_is_an_out_of_memory_error(Poison poison) throws Exception {
    try (ChildJvm child = read(poison)) {
      assertThat(poison.cause()).isEqualTo("HEAP_OOM");
      assertThat(exitCode(child)).isZero();
      assertThat(output(child))
          .containsExactly("threw java.lang.OutOfMemoryError: Java heap space");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LOOP", "REGEX", "DEADLOCK"})
  void hanging_poison_still_runs_at_the_limit(Poison poison) throws Exception {
    try (ChildJvm child = read(poison)) {
      assertThat(poison.cause()).isEqualTo("TIMEOUT");
      assertThat(child.process().waitFor(HANG_SECONDS, TimeUnit.SECONDS)).isFalse();
      child.kill();
      assertThat(output(child)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ARRAY", "BUFFERS"})
  void other_memory_poison_is_an_out_of_memory_error_that_names_what_ran_out(Poison poison)
      throws Exception {
    String ranOut =
        switch (poison) {
          case ARRAY -> "Requested array size exceeds VM limit";
          default -> "direct buffer memory";
        };
    Path document = write(poison);
    try (ChildJvm child = ChildJvm.start(ReadOne.class, document)) {
      assertThat(exitCode(child)).isZero();
      assertThat(output(child))
          .singleElement(as(STRING))
          .startsWith("threw java.lang.OutOfMemoryError: ")
          .contains(ranOut);
    }
  }

  @Test
  void the_rule_for_a_long_line_overflows_the_stack() throws Exception {
    try (ChildJvm child = read(Poison.STACK)) {
      assertThat(Poison.STACK.cause()).isEqualTo("EXCEPTION");
      assertThat(exitCode(child)).isZero();
      assertThat(output(child)).containsExactly("threw java.lang.StackOverflowError: null");
    }
  }

  @Test
  void the_halting_plug_in_ends_the_JVM_without_its_hooks() throws Exception {
    try (ChildJvm child = read(Poison.HALT)) {
      assertThat(Poison.HALT.cause()).isEqualTo("HALT");
      assertThat(exitCode(child)).isEqualTo(1);
      assertThat(output(child)).isEmpty();
    }
  }

  @Test
  void the_stopping_plug_in_ends_its_process_by_SIGTERM() throws Exception {
    try (ChildJvm child = read(Poison.STOP)) {
      assertThat(Poison.STOP.cause()).isEqualTo("SIGNAL");
      assertThat(exitCode(child)).isEqualTo(128 + 15);
      assertThat(output(child)).isEmpty();
    }
  }

  @Test
  void the_plug_in_that_frees_too_much_is_aborted_without_a_crash_report() throws Exception {
    try (ChildJvm child = read(Poison.FREE)) {
      assertThat(Poison.FREE.cause()).isEqualTo("NATIVE_ABORT");
      assertThat(exitCode(child)).isEqualTo(128 + 6);
      assertThat(child.crashReport()).doesNotExist();
      assertThat(output(child)).isEmpty();
    }
  }

  @Test
  void the_plug_in_that_reads_a_file_cut_short_is_a_bus_error() throws Exception {
    try (ChildJvm child = read(Poison.CUT)) {
      assertThat(Poison.CUT.cause()).isEqualTo("BUS_ERROR");
      assertThat(exitCode(child)).isEqualTo(128 + 6);
      assertThat(child.crashReport()).content().contains("SIGBUS");
    }
  }

  @RepeatedTest(3)
  void the_lz4_blob_is_a_segmentation_fault_in_native_code() throws Exception {
    try (ChildJvm child = read(Poison.SEGV)) {
      assertThat(Poison.SEGV.cause()).isEqualTo("NATIVE_CRASH");
      assertThat(exitCode(child)).isEqualTo(128 + 6);
      assertThat(child.crashReport()).content().contains("SIGSEGV", "LZ4_decompress_fast");
      assertThat(child.scratch()).isDirectoryNotContaining("glob:**/liblz4-java*");
    }
  }

  @Test
  void the_exiting_plug_in_ends_the_JVM_without_a_word() throws Exception {
    try (ChildJvm child = read(Poison.EXIT)) {
      assertThat(Poison.EXIT.cause()).isEqualTo("EXIT");
      assertThat(exitCode(child)).isZero();
      assertThat(output(child)).isEmpty();
    }
  }

  @Test
  void the_killing_plug_in_ends_its_process_by_SIGKILL() throws Exception {
    try (ChildJvm child = read(Poison.KILL)) {
      assertThat(Poison.KILL.cause()).isEqualTo("SIGKILL");
      assertThat(exitCode(child)).isEqualTo(128 + 9);
      assertThat(output(child)).isEmpty();
    }
  }

  @Test
  void the_undecodable_exception_is_thrown_written_and_cannot_be_read() throws Exception {
    try (ChildJvm child = read(Poison.UNDECODABLE)) {
      assertThat(Poison.UNDECODABLE.cause()).isEqualTo("EXCEPTION");
      assertThat(exitCode(child)).isZero();
      assertThat(output(child))
          .singleElement(as(STRING))
          .startsWith("threw " + PlugInException.class.getName());
    }
    Path document = write(Poison.UNDECODABLE);
    assertThatThrownBy(() -> Extract.digest(document.toString()))
        .isInstanceOf(PlugInException.class)
        .hasMessageContaining("found 3 pages where its index lists 5")
        .hasCauseInstanceOf(IllegalStateException.class)
        .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(1))
        .satisfies(thrown -> assertCannotBeRead(serialised(thrown)));
  }

  @Test
  void the_small_poisons_are_small() throws IOException {
    assertThat(Poison.HEAP.document()).hasSize(263);
    assertThat(Poison.LOOP.document()).hasSizeLessThan(2_500);
    assertThat(Poison.SEGV.document()).hasSizeLessThan(120_000);
    assertThat(Poison.STACK.document()).hasSizeLessThan(120_000);
    assertThat(Poison.BOMB.document()).hasSizeLessThan(2_200_000);
  }

  private static byte[] serialised(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  private static void assertCannotBeRead(byte[] bytes) throws IOException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      assertThatThrownBy(in::readObject).isInstanceOf(InvalidObjectException.class);
    }
  }

  private ChildJvm read(Poison poison) throws IOException {
    return ChildJvm.start(ReadOne.class, write(poison));
  }

  private Path write(Poison poison) throws IOException {
    return Files.write(folder.resolve("0001-letter." + poison.ending()), poison.document());
  }

  private static int exitCode(ChildJvm child) throws InterruptedException {
    assertThat(child.process().waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    return child.process().exitValue();
  }

  private static List<String> output(ChildJvm child) {
    return child.process().inputReader().lines().toList();
  }

  /** Reads one document and says how that went; a program for a child JVM. */
  static final class ReadOne {
    private ReadOne() {}

    public static void main(String[] args) {
      try {
        System.out.println("answered " + Extract.digest(args[0]));
      } catch (Throwable thrown) {
        System.out.println("threw " + thrown.getClass().getName() + ": " + thrown.getMessage());
      }
    }
  }
}
