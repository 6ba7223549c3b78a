package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DumpFilterTest {
  private static final String THREADS =
      """
      2026-11-20 17:15:36
      Full thread dump OpenJDK 64-Bit Server VM (25.0.3+9-LTS mixed mode, sharing):

      "outlive-task 7 parse" #25 prio=5 runnable
         java.lang.Thread.State: RUNNABLE
      \tat com.acme.Parser.parse(Parser.java:12)

      JNI global refs: 4, weak refs: 0
      """;
  private static final String END = "\n";
  private static final String DEADLOCK =
      """

      Found one Java-level deadlock:
      =============================
      "outlive-task 7 parse":
        waiting to lock monitor 0x1 (object 0x2, a java.lang.Object),

      Found 1 deadlock.
      """;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final DumpFilter filter = new DumpFilter(output::write);

  private void print(String text, int chunk) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < bytes.length; at += chunk) {
      filter.accept(bytes, at, Math.min(chunk, bytes.length - at));
    }
  }

  private String printed() {
    return output.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 20, 36, 37, 38, 100, 1 << 20})
  void a_dump_is_taken_out_however_it_is_cut_into_chunks(int chunk) {
    DumpFilter.Request dump = filter.request();
    String before = "12026-11-20 17:15:36\nfull\n1999-1";
    print(before + THREADS + END + "task\n\nmore\n" + DEADLOCK + END + "\nthe end\n\n", chunk);
    assertThat(dump.deadlocks()).isCompleted();
    assertThat(filter.soFar()).isEqualTo(THREADS + DEADLOCK);
    assertThat(printed()).isEqualTo(before + "task\n\nmore\n" + "\nthe end\n\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 20, 36, 37, 38, 100, 1 << 20})
  void a_dump_without_a_deadlock_ends_when_it_is_enough(int chunk) {
    DumpFilter.Request dump = filter.request();
    print("a" + THREADS + END + "\n\nb\nc", chunk);
    assertThat(dump.threads()).isCompleted();
    assertThat(dump.deadlocks()).isNotDone();
    assertThat(filter.soFar()).isEqualTo(THREADS);
    assertThat(printed()).isEqualTo("a\n\nb\n");
    filter.release();
    print("d\n\n" + THREADS, chunk);
    assertThat(printed()).isEqualTo("a\n\nb\ncd\n\n" + THREADS);
  }

  @Test
  void without_a_request_all_of_it_is_output() {
    print(THREADS + END, 100);
    assertThat(printed()).isEqualTo(THREADS + END);
  }

  @Test
  void after_one_dump_the_next_is_output_unless_it_is_asked_for() {
    DumpFilter.Request first = filter.request();
    filter.release();
    assertThat(filter.request()).isSameAs(first);
    print(THREADS + END + DEADLOCK + END + "a" + THREADS + END + "b", 1 << 20);
    assertThat(first.deadlocks()).isCompleted();
    assertThat(printed()).isEqualTo("a" + THREADS + END + "b");
    output.reset();
    assertThat(filter.request()).isNotSameAs(first);
    print("c" + THREADS + END, 5);
    filter.release();
    filter.request();
    print(THREADS + END + DEADLOCK + END + "d", 5);
    assertThat(filter.soFar()).isEqualTo(THREADS + DEADLOCK);
    assertThat(printed()).isEqualTo("cd");
  }

  @Test
  void half_a_line_before_a_part_of_the_dump_is_output() {
    filter.request();
    print("a" + THREADS + END + "b" + DEADLOCK.stripLeading() + END + "c", 1 << 20);
    assertThat(filter.soFar()).isEqualTo(THREADS + DEADLOCK);
    assertThat(printed()).isEqualTo("abc");
  }

  @Test
  void what_looks_like_a_beginning_is_held_back_only_until_it_is_none() {
    filter.request();
    print("2026-11-20 17:15:36\nFull thread dum", 1 << 20);
    assertThat(printed()).isEmpty();
    print("b", 1);
    assertThat(printed()).isEqualTo("2026-11-20 17:15:36\nFull thread dumb");
    print("20", 1);
    assertThat(printed()).doesNotEndWith("20");
    filter.end();
    assertThat(printed()).endsWith("dumb20");
  }

  @Test
  void a_dump_that_breaks_off_is_as_long_as_it_came() {
    DumpFilter.Request dump = filter.request();
    String half = THREADS.substring(0, 150);
    print(half, 1 << 20);
    assertThat(dump.threads()).isNotDone();
    filter.end();
    assertThat(dump.deadlocks()).isCompleted();
    assertThat(filter.soFar()).isEqualTo(half);
    assertThat(printed()).isEmpty();
    filter.release();
    assertThat(filter.request().threads()).isCompleted();
    assertThat(filter.soFar()).isEmpty();
    ThreadDump result = ThreadDump.ofJvm(half, ThreadDump.LIMIT);
    assertThat(result.note()).isEqualTo("The thread dump was not complete within 250 ms.");
    assertThat(result.taskStack()).startsWith("\"outlive-task 7 parse\"");
  }

  @Test
  void an_output_that_ends_without_a_dump_completes_with_nothing() {
    DumpFilter.Request dump = filter.request();
    print("last words", 3);
    filter.end();
    assertThat(dump.threads()).isCompleted();
    assertThat(filter.soFar()).isEmpty();
    assertThat(printed()).isEqualTo("last words");
  }

  @Test
  void of_many_threads_the_first_are_kept_and_the_deadlock() {
    String thread =
        "\"thread\" #25 prio=5 runnable\n\tat com.acme.Parser.parse(Parser.java:12)\n\n";
    String many = THREADS.replace("JNI", thread.repeat(10_000) + "JNI");
    filter.request();
    print("a" + many + END + DEADLOCK + END + "b", 8 << 10);
    assertThat(filter.soFar())
        .endsWith("Found 1 deadlock.\n")
        .hasSize(DumpFilter.THREADS_BYTES + DEADLOCK.length());
    assertThat(printed()).isEqualTo("ab");
    ThreadDump result = ThreadDump.ofJvm(filter.soFar(), ThreadDump.LIMIT);
    assertThat(result.note()).isEqualTo("The thread dump is cut at 256 KiB.");
    assertThat(result.deadlock()).isTrue();
  }

  @Test
  void what_never_ends_is_output_again_in_the_end() {
    DumpFilter.Request dump = filter.request();
    print(THREADS.replace("JNI global refs", "disturbed"), 8 << 10);
    String flood = "x".repeat(99) + "\n";
    for (int i = 0; i < 200_000; i++) {
      print(flood, 8 << 10);
    }
    assertThat(dump.deadlocks()).isCompleted();
    assertThat(output.size()).isBetween(1 << 20, 5 << 20);
  }
}
