package dev.outlive.internal.diagnosis;

import static dev.outlive.internal.diagnosis.DiagnosticianRows.W;
import static dev.outlive.internal.diagnosis.Seen.OOM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.Evidence;
import dev.outlive.internal.diagnosis.DiagnosticianRows.Row;
import dev.outlive.internal.diagnosis.Ending.Told;
import dev.outlive.internal.protocol.HeapUse;
import dev.outlive.internal.protocol.LastWord.Kind;
import dev.outlive.spi.KillReason;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules, as a table: what was found, and what is said of it. */
final class DiagnosticianTest {
  @ParameterizedTest
  @MethodSource("dev.outlive.internal.diagnosis.DiagnosticianRows#rules")
  void the_first_rule_that_applies_decides(Row row) {
    Diagnosis diagnosis = Diagnostician.diagnose(row.seen().done());
    assertThat(diagnosis.summary()).isEqualTo(row.summary());
    assertThat(diagnosis.cause()).isEqualTo(row.cause());
    assertThat(diagnosis.certainty()).isEqualTo(row.certainty());
    assertThat(diagnosis.signal()).isEqualTo(Optional.ofNullable(row.signal()));
    assertThat(diagnosis.worker()).isEqualTo(3);
  }

  @Test
  void every_cause_that_a_death_can_have_has_a_row() {
    Set<Cause> deaths =
        EnumSet.complementOf(EnumSet.of(Cause.EXCEPTION, Cause.UNDECODABLE, Cause.QUEUE_TIMEOUT));
    assertThat(DiagnosticianRows.rules().map(Row::cause).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(deaths);
  }

  @ParameterizedTest
  @EnumSource
  void a_kill_of_ours_is_told_in_the_evidence(KillReason reason) {
    Diagnosis diagnosis = Diagnostician.diagnose(Seen.exit(137).killedFor(reason).done());
    assertThat(diagnosis.evidence()).contains(new Evidence("our own kill", "sent for " + reason));
  }

  @Test
  void the_advice_about_memory_names_what_it_was_that_grew() {
    Held nativeMemory = held(31, 1);
    assertThat(advice(nativeMemory))
        .contains("Raise memoryPerWorker", "withMoreMemory", "not Java heap", "direct buffers");
    assertThat(advice(held(120, 1))).contains("A smaller maxHeap").doesNotContain("not Java heap");
    assertThat(advice(held(31, 2))).contains("What its task started counts too");
    assertThat(nativeMemory.evidence())
        .isEqualTo(
            "it held 171.0 MiB, its limit is 150.0 MiB (heap about 31.0 MiB, so about 140.0 MiB"
                + " native), at most 180.0 MiB until then, and grew by 200.0 MiB/s; its heap had"
                + " 9.0 MiB in use 84 ms before, of at most 128.0 MiB");
    assertThat(held(31, 2).evidence()).contains("until then, in 2 processes, and grew");
  }

  private static Held held(long heapMebibytes, int processes) {
    long mib = 1 << 20;
    HeapUse heap = new HeapUse(9 * mib, heapMebibytes * mib, 128 * mib);
    return new Held(150 * mib, 171 * mib, 180 * mib, heap, 84_500_000, processes, 200 * mib);
  }

  private static String advice(Held held) {
    return Diagnostician.diagnose(
            Seen.exit(137).killedFor(KillReason.MEMORY_LIMIT).held(held).done())
        .advice();
  }

  @Test
  void the_evidence_says_what_was_seen_and_what_was_not() {
    Seen seen = Seen.exit(137).said("last words\n").at("item 7 RUNNING");
    seen.notReadable = List.of("no memory control group");
    Diagnosis diagnosis = Diagnostician.diagnose(seen.done());
    assertThat(diagnosis.evidence())
        .containsExactly(
            new Evidence("exit status", "137 (128 + SIGKILL, or exited so)"),
            new Evidence("our own kill", "none was sent"),
            new Evidence("page", "item 7 RUNNING"),
            new Evidence("orderly exit", "had not begun"),
            new Evidence("not readable", "no memory control group"));
    assertThat(diagnosis.stderrTail()).isEqualTo("last words\n");
    assertThat(diagnosis.pid()).isEqualTo(OptionalLong.of(4711));
    assertThat(diagnosis.exitValue()).isEqualTo(OptionalInt.of(137));
    assertThat(diagnosis.advice()).isNotEmpty();
  }

  @Test
  void what_the_kernel_told_is_evidence() {
    assertThat(Diagnostician.diagnose(Seen.exit(137).told(Told.EXITED).done()).evidence())
        .contains(new Evidence("exit status", "137 (the kernel says: exited, no signal)"));
    assertThat(Diagnostician.diagnose(Seen.exit(137).told(Told.SIGNALLED).done()).evidence())
        .contains(new Evidence("exit status", "137 (the kernel says: SIGKILL)"));
  }

  @Test
  void what_never_started_has_no_number_and_no_exit_value() {
    Diagnosis diagnosis = Diagnostician.diagnose(new Seen().neverStarted("no java").done());
    assertThat(diagnosis.pid()).isEmpty();
    assertThat(diagnosis.exitValue()).isEmpty();
    assertThat(diagnosis.evidence()).contains(new Evidence("problem", "no java"));
  }

  @Test
  void a_crash_report_comes_with_its_path_frame_and_thread() {
    Diagnosis diagnosis = Diagnostician.diagnose(Seen.exit(134).crashed("SIGSEGV", "C  f").done());
    assertThat(diagnosis.crashReport()).contains(Seen.REPORT);
    assertThat(diagnosis.problematicFrame()).contains("C  f");
    assertThat(diagnosis.evidence())
        .contains(new Evidence("crash report", Seen.REPORT + ", thread outlive-task 12"));
  }

  @Test
  void the_line_in_which_the_jvm_gives_up_is_the_first_evidence() {
    assertThat(Diagnostician.diagnose(Seen.exit(3).said(OOM).done()).evidence().getFirst())
        .isEqualTo(
            new Evidence(
                "the JVM's words",
                "Terminating due to java.lang.OutOfMemoryError: Java heap space"));
  }

  @Test
  void the_last_of_several_oom_lines_counts() {
    String output = OOM + "Terminating due to java.lang.OutOfMemoryError: Metaspace";
    assertThat(Diagnostician.diagnose(Seen.exit(3).said(output).done()).summary())
        .endsWith(": java.lang.OutOfMemoryError: Metaspace");
  }

  /** Whatever is found, something is said of it: all combinations of the weak evidence. */
  @Test
  void no_combination_of_findings_is_without_a_sentence() {
    for (int exit : new int[] {-1, 0, 1, 3, 95, 96, 97, 98, 99, 128, 129, 134, 137, 143, 255}) {
      for (Kind word : Kind.values()) {
        for (int bits = 0; bits < 64; bits++) {
          Seen seen = Seen.exit(exit).lastWord(word, "word");
          seen.ready = (bits & 1) == 0;
          seen.bye = (bits & 2) != 0;
          seen.leaving = (bits & 4) != 0;
          seen.output = (bits & 8) == 0 ? "" : OOM;
          seen.reason = (bits & 16) == 0 ? null : KillReason.TIMEOUT;
          seen.told = (bits & 32) == 0 ? Told.NOTHING : Told.EXITED;
          Diagnosis diagnosis = Diagnostician.diagnose(seen.done());
          assertThat(diagnosis.summary()).startsWith(W).doesNotContain("-1", "null");
        }
      }
    }
  }

  /** A SIGKILL is an out-of-memory kill only where a counter says so. */
  @Test
  void no_oom_without_a_counter() {
    for (int exit : new int[] {0, 1, 3, 134, 137, 143}) {
      Diagnosis diagnosis = Diagnostician.diagnose(Seen.exit(exit).done());
      assertThat(diagnosis.cause()).isNotEqualTo(Cause.KERNEL_OOM);
    }
  }

  @Test
  void that_nobody_counted_a_kill_is_only_said_where_the_count_was_read() {
    Seen uncounted = Seen.exit(137);
    uncounted.counted = false;
    assertThat(Diagnostician.diagnose(uncounted.done()).advice()).contains("Nobody could read");
    assertThat(Diagnostician.diagnose(Seen.exit(137).done()).advice())
        .contains("The kernel counted no out-of-memory kill");
  }
}
