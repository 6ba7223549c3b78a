package dev.outlive.internal.diagnosis;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Native code went wrong. HotSpot's {@code os::abort} ends in SIGABRT, whatever signal began it;
 * its crash report tells which one it was.
 */
final class Crashes {
  private static final int LONGEST_LINE = 200;
  private static final String REPORTED =
      "A fatal error has been detected by the Java Runtime Environment";
  private static final String NO_STACK = "An irrecoverable stack overflow has occurred";

  static final List<Rule> RULES =
      List.of(
          new Rule(
              found -> aborted(found) && found.output().contains(NO_STACK), Crashes::stackOverflow),
          new Rule(
              found -> found.ending().endedBy(Ending.SIGSEGV) && !found.mayHaveExited(),
              Crashes::noStackForHandler),
          new Rule(found -> reported(found, "SIGBUS"), Crashes::busError),
          new Rule(found -> aborted(found) && found.crashReport().isPresent(), Crashes::crash),
          new Rule(
              found -> aborted(found) && found.output().contains(REPORTED), Crashes::elsewhere),
          new Rule(Crashes::aborted, Crashes::abort));

  private Crashes() {}

  private static boolean aborted(Findings found) {
    return found.ending().endedBy(Ending.SIGABRT)
        && (!found.mayHaveExited() || found.crashReport().isPresent());
  }

  private static boolean reported(Findings found, String signal) {
    return aborted(found)
        && found.crashReport().filter(report -> signal.equals(report.signal())).isPresent();
  }

  private static Diagnosis.Builder stackOverflow(Findings found) {
    return told(
        found,
        found.says(
            Cause.STACK_OVERFLOW,
            Certainty.PROVEN,
            "used up a thread's stack where the JVM could not throw" + frame(found),
            "Look for deep recursion into native code; -Xss in jvmArgs makes stacks larger."));
  }

  /**
   * The JVM's handler for SIGSEGV runs on the stack of the thread: where there is none, it cannot.
   */
  private static Diagnosis.Builder noStackForHandler(Findings found) {
    return found.says(
        Cause.STACK_OVERFLOW,
        Certainty.LIKELY,
        "was ended by SIGSEGV before its JVM could write a crash report, as when native code has"
            + " used up a thread's stack",
        "Look for deep recursion in native code; -Xss in jvmArgs makes stacks larger.");
  }

  private static Diagnosis.Builder busError(Findings found) {
    return told(
        found,
        found.says(
            Cause.BUS_ERROR,
            Certainty.PROVEN,
            "crashed with SIGBUS" + frame(found),
            "A mapped file was cut short while in use, or the disk behind it is full."));
  }

  private static Diagnosis.Builder crash(Findings found) {
    String signal = found.crashReport().map(CrashReport::signal).orElse(null);
    return told(
        found,
        found.says(
            Cause.NATIVE_CRASH,
            Certainty.PROVEN,
            "crashed in native code" + (signal == null ? "" : " with " + signal) + frame(found),
            "Keep the crash report for the library's authors, or keep such input away from it."));
  }

  private static String frame(Findings found) {
    @Nullable String frame = found.crashReport().map(CrashReport::frame).orElse(null);
    @Nullable String caller = found.crashReport().map(CrashReport::caller).orElse(null);
    return (frame == null ? "" : " at " + frame)
        + (caller == null ? "" : (frame == null ? " in a call from " : ", called from ") + caller);
  }

  /** Adds what the report says. */
  private static Diagnosis.Builder told(Findings found, Diagnosis.Builder verdict) {
    found
        .crashReport()
        .ifPresent(
            report -> {
              verdict.crashReport(report.file(), report.frame());
              if (report.signal() != null) {
                verdict.signal(report.signal());
              }
            });
    return verdict;
  }

  /** The JVM says that it crashed; its report is not where Outlive asked for it. */
  private static Diagnosis.Builder elsewhere(Findings found) {
    return found.says(
        Cause.NATIVE_CRASH,
        Certainty.LIKELY,
        "crashed in native code, and its crash report is not where it should be",
        "See in its output where the report is; jvmArgs must not set -XX:ErrorFile.");
  }

  /** A C library that aborts says why, in a line on stderr. */
  private static String lastLine(Findings found) {
    String line =
        found
            .output()
            .lines()
            .map(String::strip)
            .filter(text -> !text.isEmpty())
            .reduce("", (before, last) -> last);
    int length = Math.min(line.length(), LONGEST_LINE);
    return line.isEmpty() ? "" : "; the last line that it printed: " + line.substring(0, length);
  }

  private static Diagnosis.Builder abort(Findings found) {
    return found.says(
        Cause.NATIVE_ABORT,
        found.ending().proven() ? Certainty.PROVEN : Certainty.LIKELY,
        "was ended by SIGABRT without a crash report, as abort() in native code does"
            + lastLine(found),
        "See in its output what the native library had to say.");
  }
}
