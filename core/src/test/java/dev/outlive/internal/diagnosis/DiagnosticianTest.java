package dev.outlive.internal.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.Evidence;
import dev.outlive.spi.KillReason;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules, as a table: what was found, and what is said of it. */
final class DiagnosticianTest {
  private static final Path REPORT = Path.of("/tmp/crashes/hs_err_pid4711.log");
  private static final String OOM =
      "loading\nTerminating due to java.lang.OutOfMemoryError: Java heap space\n";

  /** What is found at a worker that was ready, with nothing unusual. */
  private static final Findings READY = new Seen().done();

  private static final class Seen {
    long pid = 4711;
    int exit = 0;
    boolean ready = true;
    boolean bye;
    boolean leaving;
    @Nullable KillReason reason;
    String problem = "";
    String page = "";
    Optional<CrashReport> report = Optional.empty();
    String output = "";

    static Seen exit(int value) {
      Seen seen = new Seen();
      seen.exit = value;
      return seen;
    }

    Seen killedFor(KillReason why) {
      reason = why;
      return this;
    }

    Seen leaving() {
      leaving = true;
      return this;
    }

    Seen bye() {
      bye = true;
      return this;
    }

    Seen notReady() {
      ready = false;
      return this;
    }

    Seen neverStarted(String why) {
      pid = 0;
      exit = -1;
      ready = false;
      problem = why;
      return this;
    }

    Seen said(String text) {
      output = text;
      return this;
    }

    Seen crashed(@Nullable String signal, @Nullable String frame) {
      report = Optional.of(new CrashReport(REPORT, signal, frame, "outlive-task"));
      return this;
    }

    Findings done() {
      return new Findings(3, pid, exit, ready, bye, leaving, reason, problem, page, report, output);
    }
  }

  private record Row(
      Seen seen, Cause cause, Certainty certainty, String summary, @Nullable String signal) {
    Row(Seen seen, Cause cause, Certainty certainty, String summary) {
      this(seen, cause, certainty, summary, null);
    }

    @Override
    public String toString() {
      return cause + ": " + summary;
    }
  }

  private static final String W = "worker 3 (pid 4711) ";

  static Stream<Row> rules() {
    return Stream.of(
        // our own kills
        row(
            137,
            KillReason.TIMEOUT,
            Cause.TIMEOUT,
            "was killed by its pool: its task ran for longer than its limit"),
        row(
            137,
            KillReason.CANCELLED,
            Cause.CANCELLED,
            "was killed by its pool: its task was cancelled and did not end within the grace"),
        row(137, KillReason.SHUTDOWN, Cause.SHUTDOWN, "was killed by its pool, which ends"),
        row(137, KillReason.ABORTED, Cause.SHUTDOWN, "was killed by its pool, which ends"),
        row(
            137,
            KillReason.START_TIMEOUT,
            Cause.START_FAILED,
            "was killed by its pool: it was not ready within the start timeout"),
        row(
            137,
            KillReason.PROTOCOL,
            Cause.PROTOCOL,
            "was killed by its pool: it sent what is not a message"),
        new Row(
            Seen.exit(137).killedFor(KillReason.UNRESPONSIVE),
            Cause.UNRESPONSIVE,
            Certainty.LIKELY,
            W + "was killed by its pool: it did not pick up its work"),
        new Row(
            Seen.exit(137).killedFor(KillReason.LINK_CLOSED),
            Cause.EXIT,
            Certainty.LIKELY,
            W + "closed its link and did not exit within the grace, so its pool killed it"),
        row(
            -1,
            KillReason.TIMEOUT,
            Cause.TIMEOUT,
            "was killed by its pool: its task ran for longer than its limit"),
        // we meant to kill it, and it was faster
        new Row(
            Seen.exit(0).killedFor(KillReason.TIMEOUT),
            Cause.EXIT,
            Certainty.LIKELY,
            W + "ended by itself with exit status 0"),
        new Row(
            Seen.exit(134).killedFor(KillReason.TIMEOUT).crashed("SIGSEGV", "C  f"),
            Cause.NATIVE_CRASH,
            Certainty.PROVEN,
            W + "crashed in native code with SIGSEGV at C  f",
            "SIGSEGV"),
        new Row(
            Seen.exit(0).killedFor(KillReason.SHUTDOWN).bye(),
            Cause.SHUTDOWN,
            Certainty.PROVEN,
            W + "left as it was asked to"),
        // asked to leave
        new Row(
            Seen.exit(0).bye().leaving(),
            Cause.SHUTDOWN,
            Certainty.PROVEN,
            W + "left as it was asked to"),
        // before it was ready
        new Row(
            Seen.exit(1)
                .notReady()
                .said("\n  Unrecognized VM option 'UseFoo'\nmore\n\nthird\nfourth"),
            Cause.START_FAILED,
            Certainty.PROVEN,
            W
                + "ended before it was ready, with exit status 1; it said: Unrecognized VM option"
                + " 'UseFoo' / more / third"),
        new Row(
            Seen.exit(1).notReady(),
            Cause.START_FAILED,
            Certainty.PROVEN,
            W + "ended before it was ready, with exit status 1"),
        new Row(
            Seen.exit(137).notReady(),
            Cause.START_FAILED,
            Certainty.PROVEN,
            W + "ended before it was ready, with exit status 137 (128 + SIGKILL)"),
        new Row(
            new Seen().neverStarted("No such file or directory"),
            Cause.START_FAILED,
            Certainty.PROVEN,
            "worker 3 could not be started: No such file or directory"),
        // crashes
        new Row(
            Seen.exit(134).crashed("SIGBUS", "C  [x.so+1]"),
            Cause.NATIVE_CRASH,
            Certainty.PROVEN,
            W + "crashed in native code with SIGBUS at C  [x.so+1]",
            "SIGBUS"),
        new Row(
            Seen.exit(1).crashed(null, null),
            Cause.EXIT,
            Certainty.LIKELY,
            W + "ended by itself with exit status 1"),
        new Row(
            Seen.exit(134).crashed("SIGSEGV", null),
            Cause.NATIVE_CRASH,
            Certainty.PROVEN,
            W + "crashed in native code with SIGSEGV",
            "SIGSEGV"),
        new Row(
            Seen.exit(134),
            Cause.NATIVE_ABORT,
            Certainty.LIKELY,
            W + "was ended by SIGABRT without a crash report, as abort() in native code does",
            "SIGABRT"),
        new Row(
            Seen.exit(134).leaving(),
            Cause.EXIT,
            Certainty.PROVEN,
            W + "ended by itself with exit status 134"),
        // the heap
        new Row(
            Seen.exit(3).said(OOM),
            Cause.HEAP_OOM,
            Certainty.PROVEN,
            W
                + "ran out of Java heap: Terminating due to java.lang.OutOfMemoryError: Java heap"
                + " space"),
        new Row(
            Seen.exit(3), Cause.EXIT, Certainty.LIKELY, W + "ended by itself with exit status 3"),
        new Row(
            Seen.exit(3).leaving(),
            Cause.EXIT,
            Certainty.PROVEN,
            W + "ended by itself with exit status 3"),
        new Row(
            Seen.exit(4).said(OOM),
            Cause.EXIT,
            Certainty.LIKELY,
            W + "ended by itself with exit status 4"),
        // signals from outside
        new Row(
            Seen.exit(137),
            Cause.SIGKILL,
            Certainty.LIKELY,
            W + "was killed by SIGKILL from outside the pool",
            "SIGKILL"),
        new Row(
            Seen.exit(137).leaving(),
            Cause.EXIT,
            Certainty.PROVEN,
            W + "ended by itself with exit status 137"),
        new Row(
            Seen.exit(143),
            Cause.SIGNAL,
            Certainty.LIKELY,
            W + "was ended by SIGTERM from outside the pool",
            "SIGTERM"),
        new Row(
            Seen.exit(130),
            Cause.SIGNAL,
            Certainty.LIKELY,
            W + "was ended by SIGINT from outside the pool",
            "SIGINT"),
        new Row(
            Seen.exit(129),
            Cause.SIGNAL,
            Certainty.LIKELY,
            W + "was ended by SIGHUP from outside the pool",
            "SIGHUP"),
        // the JVM's handler makes SIGTERM an orderly exit
        new Row(
            Seen.exit(143).leaving(),
            Cause.SIGNAL,
            Certainty.LIKELY,
            W + "was ended by SIGTERM from outside the pool",
            "SIGTERM"),
        new Row(
            Seen.exit(192),
            Cause.SIGNAL,
            Certainty.LIKELY,
            W + "was ended by SIGRTMIN+30 from outside the pool",
            "SIGRTMIN+30"),
        // exits
        new Row(
            Seen.exit(0), Cause.EXIT, Certainty.LIKELY, W + "ended by itself with exit status 0"),
        new Row(
            Seen.exit(0).leaving(),
            Cause.EXIT,
            Certainty.PROVEN,
            W + "ended by itself with exit status 0"),
        new Row(
            Seen.exit(44).leaving(),
            Cause.EXIT,
            Certainty.PROVEN,
            W + "ended by itself with exit status 44"),
        new Row(
            Seen.exit(128),
            Cause.EXIT,
            Certainty.LIKELY,
            W + "ended by itself with exit status 128"),
        new Row(
            Seen.exit(193),
            Cause.EXIT,
            Certainty.LIKELY,
            W + "ended by itself with exit status 193"),
        new Row(
            Seen.exit(255).leaving(),
            Cause.EXIT,
            Certainty.PROVEN,
            W + "ended by itself with exit status 255"),
        new Row(
            Seen.exit(98),
            Cause.PROTOCOL,
            Certainty.LIKELY,
            W + "could not read what its pool sent"),
        // an end that cannot be known
        new Row(
            Seen.exit(-1), Cause.UNKNOWN, Certainty.UNKNOWN, W + "is gone without an exit value"));
  }

  private static Row row(int exit, KillReason reason, Cause cause, String what) {
    return new Row(Seen.exit(exit).killedFor(reason), cause, Certainty.PROVEN, W + what);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void the_first_rule_that_matches_decides(Row row) {
    Diagnosis diagnosis = Diagnostician.diagnose(row.seen().done());
    assertThat(diagnosis.summary()).isEqualTo(row.summary());
    assertThat(diagnosis.cause()).isEqualTo(row.cause());
    assertThat(diagnosis.certainty()).isEqualTo(row.certainty());
    assertThat(diagnosis.signal()).isEqualTo(Optional.ofNullable(row.signal()));
    assertThat(diagnosis.worker()).isEqualTo(3);
  }

  @Test
  void every_cause_that_a_death_can_have_has_a_row() {
    Set<Cause> deaths = EnumSet.complementOf(EnumSet.of(Cause.EXCEPTION, Cause.UNDECODABLE));
    assertThat(rules().map(Row::cause).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(deaths);
  }

  @ParameterizedTest
  @EnumSource
  void a_kill_of_ours_is_told_in_the_evidence(KillReason reason) {
    Diagnosis diagnosis = Diagnostician.diagnose(Seen.exit(137).killedFor(reason).done());
    assertThat(diagnosis.evidence()).contains(new Evidence("our own kill", "sent for " + reason));
  }

  @Test
  void the_evidence_says_what_was_seen_and_what_was_not() {
    Seen seen = Seen.exit(137).said("last words\n");
    seen.page = "item 7 RUNNING";
    Diagnosis diagnosis = Diagnostician.diagnose(seen.done());
    assertThat(diagnosis.evidence())
        .containsExactly(
            new Evidence("exit status", "137 (128 + SIGKILL)"),
            new Evidence("our own kill", "none was sent"),
            new Evidence("page", "item 7 RUNNING"),
            new Evidence("orderly exit", "had not begun"));
    assertThat(diagnosis.stderrTail()).isEqualTo("last words\n");
    assertThat(diagnosis.pid()).isEqualTo(OptionalLong.of(4711));
    assertThat(diagnosis.exitValue()).isEqualTo(OptionalInt.of(137));
    assertThat(diagnosis.advice()).isNotEmpty();
  }

  @Test
  void what_never_started_has_no_number_and_no_exit_value() {
    Diagnosis diagnosis = Diagnostician.diagnose(new Seen().neverStarted("no java").done());
    assertThat(diagnosis.pid()).isEmpty();
    assertThat(diagnosis.exitValue()).isEmpty();
    assertThat(diagnosis.evidence()).contains(new Evidence("not seen", "no java"));
  }

  @Test
  void a_crash_report_comes_with_its_path_and_frame() {
    Diagnosis diagnosis = Diagnostician.diagnose(Seen.exit(134).crashed("SIGSEGV", "C  f").done());
    assertThat(diagnosis.crashReport()).contains(REPORT);
    assertThat(diagnosis.problematicFrame()).contains("C  f");
    assertThat(diagnosis.evidence()).contains(new Evidence("crash report", REPORT.toString()));
  }

  @Test
  void the_last_of_several_oom_lines_counts() {
    String output = OOM + "Terminating due to java.lang.OutOfMemoryError: Metaspace";
    assertThat(Diagnostician.diagnose(Seen.exit(3).said(output).done()).summary())
        .endsWith("Terminating due to java.lang.OutOfMemoryError: Metaspace");
  }

  /** Whatever is found, something is said of it: all combinations of the weak evidence. */
  @Test
  void no_combination_of_findings_is_without_a_sentence() {
    Arrays.stream(new int[] {-1, 0, 1, 3, 97, 98, 99, 128, 129, 134, 137, 139, 143, 192, 255})
        .forEach(
            exit -> {
              for (int bits = 0; bits < 32; bits++) {
                Seen seen = Seen.exit(exit);
                seen.ready = (bits & 1) == 0;
                seen.bye = (bits & 2) != 0;
                seen.leaving = (bits & 4) != 0;
                seen.output = (bits & 8) == 0 ? "" : OOM;
                seen.reason = (bits & 16) == 0 ? null : KillReason.TIMEOUT;
                Diagnosis diagnosis = Diagnostician.diagnose(seen.done());
                assertThat(diagnosis.summary()).startsWith(W).doesNotContain("-1", "null");
              }
            });
    assertThat(READY.ready()).isTrue();
  }
}
