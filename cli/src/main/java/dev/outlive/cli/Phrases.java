package dev.outlive.cli;

import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.Evidence;
import dev.outlive.failure.UndecodableException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What happened and where, in a phrase: the news first, and bounded where others wrote it. */
final class Phrases {
  private static final String TOO_LONG =
      "was killed by its pool: its task ran for longer than its limit";
  private static final int LONGEST_MESSAGE = 300;

  private Phrases() {}

  /** Of a worker that died. */
  static String death(Diagnosis diagnosis) {
    return what(diagnosis) + diagnosis.crashReport().map(report -> "; report " + report).orElse("");
  }

  /** Of a worker that was killed after the limit: what it was at, or why that is not known. */
  static String timeout(Duration limit, Diagnosis diagnosis) {
    String what = what(diagnosis);
    String late = "ran for longer than " + Report.seconds(limit);
    if (!what.startsWith(TOO_LONG)) {
      return late + "; " + what;
    }
    String where = what.substring(TOO_LONG.length());
    return late + (where.isEmpty() ? notSeen(diagnosis) : where);
  }

  private static String notSeen(Diagnosis diagnosis) {
    return diagnosis.evidence().stream()
        .filter(evidence -> evidence.source().equals("not readable"))
        .findFirst()
        .map(Evidence::fact)
        .map(fact -> ". " + fact)
        .orElse("");
  }

  /** The summary without its subject: which worker it was is no news. */
  private static String what(Diagnosis diagnosis) {
    String worker = "worker " + diagnosis.worker();
    String process =
        diagnosis.pid().isPresent() ? " (pid " + diagnosis.pid().getAsLong() + ")" : "";
    String subject = worker + process + " ";
    String summary = diagnosis.summary();
    return (summary.startsWith(subject) ? summary.substring(subject.length()) : summary)
        .replaceAll(" {2,}", " ");
  }

  /** Of what a task threw: its first line, and where it comes from. */
  static String thrown(Throwable error) {
    String line = error.toString().lines().findFirst().orElse("");
    String where =
        switch (error) {
          case UndecodableException _ -> "";
          case StackOverflowError _ -> recursion(error.getStackTrace());
          default -> at(error.getStackTrace());
        };
    return Report.head(line, LONGEST_MESSAGE) + where;
  }

  /** The frame that is there most often: the topmost is where it happened to be. */
  private static String recursion(StackTraceElement[] stack) {
    Map<String, Integer> times = new LinkedHashMap<>();
    for (StackTraceElement frame : stack) {
      times.merge(inWords(frame), 1, Integer::sum);
    }
    return times.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(frame -> "; it recursed at " + frame.getKey())
        .orElse("");
  }

  /** The first frame that is not the JDK's own; else the first. */
  private static String at(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      String type = frame.getClassName();
      if (!type.startsWith("java.") && !type.startsWith("jdk.") && !type.startsWith("sun.")) {
        return "; thrown at " + inWords(frame);
      }
    }
    return stack.length == 0 ? "" : "; thrown at " + inWords(stack[0]);
  }

  /** Without its class loader and module. */
  private static String inWords(StackTraceElement frame) {
    return new StackTraceElement(
            frame.getClassName(), frame.getMethodName(), frame.getFileName(), frame.getLineNumber())
        .toString();
  }
}
