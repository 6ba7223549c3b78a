package dev.outlive.internal.diagnosis;

import static dev.outlive.internal.protocol.ExitCode.HEAP_OOM;
import static dev.outlive.internal.protocol.ExitCode.SIGABRT;
import static dev.outlive.internal.protocol.ExitCode.SIGKILL;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.protocol.ExitCode;
import dev.outlive.os.Signals;
import dev.outlive.spi.KillReason;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Judges findings: ordered rules, the first that matches decides. Never claims what was not seen. A
 * pure function.
 *
 * <p>Source of the exit values: {@code signal(7)}; HotSpot's {@code os::abort}, which ends in
 * SIGABRT whatever signal began it.
 */
public final class Diagnostician {
  private static final int FIRST_SIGNAL = 128;
  private static final int LAST_SIGNAL = FIRST_SIGNAL + 64;
  private static final int HEAD_LINES = 3;
  private static final String OOM_LINE = "Terminating due to java.lang.OutOfMemoryError";

  private Diagnostician() {}

  /** Returns the diagnosis of a worker's death. */
  public static Diagnosis diagnose(Findings found) {
    Diagnosis.Builder verdict = judge(found);
    if (found.pid() > 0) {
      verdict.pid(found.pid());
    }
    if (found.exitValue() >= 0) {
      verdict.exitValue(found.exitValue());
      verdict.evidence("exit status", status(found.exitValue()));
    }
    KillReason reason = found.killReason();
    verdict.evidence("our own kill", reason == null ? "none was sent" : "sent for " + reason);
    if (!found.lastSeen().isEmpty()) {
      verdict.evidence("page", found.lastSeen());
    }
    verdict.evidence("orderly exit", found.leaving() ? "had begun" : "had not begun");
    found
        .crashReport()
        .ifPresent(report -> verdict.evidence("crash report", report.file().toString()));
    if (!found.problem().isEmpty()) {
      verdict.evidence("not seen", found.problem());
    }
    return verdict.stderrTail(found.output()).build();
  }

  private static Diagnosis.Builder judge(Findings found) {
    KillReason reason = found.killReason();
    if (reason != null && killed(found)) {
      return ours(found, reason);
    }
    if (found.bye()) {
      return of(found, Cause.SHUTDOWN, Certainty.PROVEN, "left as it was asked to", "");
    }
    if (!found.ready()) {
      return startFailed(found);
    }
    if (found.crashReport().isPresent() && found.exitValue() == SIGABRT) {
      return nativeCrash(found, found.crashReport().get());
    }
    int exit = found.exitValue();
    if (exit < 0) {
      return of(found, Cause.UNKNOWN, Certainty.UNKNOWN, "is gone without an exit value", "");
    }
    return switch (exit) {
      case HEAP_OOM -> found.output().contains(OOM_LINE) ? heapOom(found) : exited(found);
      case SIGKILL -> found.leaving() ? exited(found) : sigkill(found);
      case SIGABRT -> found.leaving() ? exited(found) : nativeAbort(found);
      case ExitCode.PROTOCOL ->
          of(
              found,
              Cause.PROTOCOL,
              Certainty.LIKELY,
              "could not read what its pool sent",
              "This is a bug in Outlive, or two versions of it on one class path.");
      default -> exit > FIRST_SIGNAL && exit <= LAST_SIGNAL ? signalled(found) : exited(found);
    };
  }

  /** Whether the signal that the pool sent is what ended it: it may have died just before. */
  private static boolean killed(Findings found) {
    return found.exitValue() == SIGKILL || found.exitValue() < 0;
  }

  private static Diagnosis.Builder ours(Findings found, KillReason reason) {
    return switch (reason) {
      case TIMEOUT ->
          of(
              found,
              Cause.TIMEOUT,
              Certainty.PROVEN,
              "was killed by its pool: its task ran for longer than its limit",
              "Raise the limit, or find out what the task hangs on.");
      case CANCELLED ->
          of(
              found,
              Cause.CANCELLED,
              Certainty.PROVEN,
              "was killed by its pool: its task was cancelled and did not end within the grace",
              "A task that heeds interruption or TaskContext.isCancelled() spares its worker.");
      case SHUTDOWN, ABORTED ->
          of(found, Cause.SHUTDOWN, Certainty.PROVEN, "was killed by its pool, which ends", "");
      case START_TIMEOUT ->
          of(
              found,
              Cause.START_FAILED,
              Certainty.PROVEN,
              "was killed by its pool: it was not ready within the start timeout",
              "Raise startTimeout, or see in its output what keeps it from starting.");
      case UNRESPONSIVE ->
          of(
              found,
              Cause.UNRESPONSIVE,
              Certainty.LIKELY,
              "was killed by its pool: it did not pick up its work",
              "It may have been stopped (SIGSTOP), or the machine starves it of CPU.");
      case LINK_CLOSED ->
          of(
              found,
              Cause.EXIT,
              Certainty.LIKELY,
              "closed its link and did not exit within the grace, so its pool killed it",
              "Look for a shutdown hook that hangs.");
      case PROTOCOL ->
          of(
              found,
              Cause.PROTOCOL,
              Certainty.PROVEN,
              "was killed by its pool: it sent what is not a message",
              "Native code in the task may write to descriptors that are not its own.");
    };
  }

  private static Diagnosis.Builder startFailed(Findings found) {
    String how =
        found.exitValue() < 0
            ? "could not be started: " + found.problem()
            : "ended before it was ready, with exit status " + status(found.exitValue());
    String said = head(found.output());
    return of(
        found,
        Cause.START_FAILED,
        Certainty.PROVEN,
        how + (said.isEmpty() ? "" : "; it said: " + said),
        "Check javaHome, jvmArgs, classPath and the memory that is free.");
  }

  private static Diagnosis.Builder nativeCrash(Findings found, CrashReport report) {
    String signal = report.signal();
    String frame = report.frame();
    Diagnosis.Builder verdict =
        of(
            found,
            Cause.NATIVE_CRASH,
            Certainty.PROVEN,
            "crashed in native code"
                + (signal == null ? "" : " with " + signal)
                + (frame == null ? "" : " at " + frame),
            "Keep the crash report for the library's authors, or keep such input away from it.");
    if (signal != null) {
      verdict.signal(signal);
    }
    return verdict.crashReport(report.file(), frame);
  }

  private static Diagnosis.Builder heapOom(Findings found) {
    int from = found.output().lastIndexOf(OOM_LINE);
    return of(
        found,
        Cause.HEAP_OOM,
        Certainty.PROVEN,
        "ran out of Java heap: " + firstLine(found.output().substring(from)),
        "Raise maxHeap, or give the task less at a time.");
  }

  private static Diagnosis.Builder sigkill(Findings found) {
    return of(
            found,
            Cause.SIGKILL,
            Certainty.LIKELY,
            "was killed by SIGKILL from outside the pool",
            "Look for an out-of-memory kill in dmesg or in the container's events.")
        .signal("SIGKILL");
  }

  private static Diagnosis.Builder nativeAbort(Findings found) {
    return of(
            found,
            Cause.NATIVE_ABORT,
            Certainty.LIKELY,
            "was ended by SIGABRT without a crash report, as abort() in native code does",
            "See in its output what the native library had to say.")
        .signal("SIGABRT");
  }

  private static Diagnosis.Builder signalled(Findings found) {
    String name = Signals.name(found.exitValue() - FIRST_SIGNAL);
    return of(
            found,
            Cause.SIGNAL,
            Certainty.LIKELY,
            "was ended by " + name + " from outside the pool",
            "Find out who sends " + name + " to the processes of this machine or container.")
        .signal(name);
  }

  private static Diagnosis.Builder exited(Findings found) {
    return of(
        found,
        Cause.EXIT,
        found.leaving() ? Certainty.PROVEN : Certainty.LIKELY,
        "ended by itself with exit status " + found.exitValue(),
        "Look for System.exit, Runtime.halt or a native exit in what the task calls.");
  }

  private static Diagnosis.Builder of(
      Findings found, Cause cause, Certainty certainty, String what, String advice) {
    String pid = found.pid() > 0 ? " (pid " + found.pid() + ")" : "";
    return Diagnosis.of(cause, certainty, found.worker())
        .summary("worker " + found.worker() + pid + " " + what)
        .advice(advice);
  }

  private static String status(int value) {
    return value > FIRST_SIGNAL && value <= LAST_SIGNAL
        ? value + " (128 + " + Signals.name(value - FIRST_SIGNAL) + ")"
        : Integer.toString(value);
  }

  private static String firstLine(String text) {
    return lines(text).findFirst().orElse("");
  }

  /** Its first lines: the JVM often gives the reason in the second or third. */
  private static String head(String text) {
    return lines(text).limit(HEAD_LINES).collect(Collectors.joining(" / "));
  }

  private static Stream<String> lines(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty());
  }
}
