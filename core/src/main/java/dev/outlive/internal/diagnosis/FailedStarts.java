package dev.outlive.internal.diagnosis;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.protocol.ExitCode;
import dev.outlive.internal.protocol.LastWord;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** It never got as far as its first task: no java, a bad flag, no memory, a failing initializer. */
final class FailedStarts {
  /** What a shell exits with where there is no such command, and where it is not executable. */
  private static final int NOT_FOUND = 127;

  private static final int NOT_EXECUTABLE = 126;
  private static final int HEAD_LINES = 3;

  static final List<Rule> RULES =
      List.of(
          new Rule(
              found -> found.lastWordIs(LastWord.Kind.INITIALIZER_THREW),
              FailedStarts::initializerThrew),
          rule(
              found -> found.pid() == 0,
              found -> "could not be started: " + found.problem(),
              "Check javaHome, workingDirectory and how many processes and files are allowed."),
          new Rule(FailedStarts::endedBeforeItsPage, FailedStarts::cannotBegin),
          new Rule(
              found -> !found.ready() && found.ending().signal().isPresent(),
              FailedStarts::signalled),
          exit(
              NOT_FOUND,
              "has no java to run on",
              "Set javaHome to a JDK or JRE, 25 or later: it must hold bin/java."),
          exit(
              NOT_EXECUTABLE,
              "may not run its java",
              "Give bin/java in javaHome the right to be executed, and its file system too."),
          said(
              "Could not reserve enough space|"
                  + Exhaustion.NATIVE
                  + "|Cannot allocate memory|unable to allocate",
              "was given no memory to start with",
              "Lower maxHeap or workers, or give the machine or container more memory."),
          said(
              "Address already in use|JDWP .*(error|exit)|ERROR: transport",
              "could not open its debug or management port",
              "Two JVMs cannot share a port: take the agent out of jvmArgs, or use port 0."),
          said(
              "UnsupportedClassVersionError",
              "runs on a Java that is too old",
              "Set javaHome to a JDK or JRE, 25 or later."),
          said(
              "Could not find or load main class|ClassNotFoundException|NoClassDefFoundError",
              "did not find its classes",
              "Outlive must be on disk, as a jar or a directory, where workers may read it."),
          said(
              "Unrecognized |Invalid |Could not create the Java Virtual Machine|Conflicting ",
              "does not take its options",
              "Look at jvmArgs, maxHeap, and the options inherited from this JVM."),
          rule(
              found -> !found.ending().known(),
              found -> "is gone without an exit value, and was never ready",
              "Check javaHome, jvmArgs, classPath and the memory that is free."),
          rule(
              found -> true,
              found -> "ended before it was ready, with exit status " + found.ending().value(),
              "Check javaHome, jvmArgs, classPath and the memory that is free."));

  private FailedStarts() {}

  private static Rule exit(int status, String what, String advice) {
    return rule(found -> found.ending().exitedWith(status), found -> what, advice);
  }

  private static Rule said(String pattern, String what, String advice) {
    Pattern telling = Pattern.compile(pattern);
    return rule(found -> telling.matcher(found.output()).find(), found -> what, advice);
  }

  private static Rule rule(
      Predicate<Findings> applies, Function<Findings, String> what, String advice) {
    return new Rule(
        found -> !found.ready() && applies.test(found),
        found -> {
          String said = head(found.output());
          return found.says(
              Cause.START_FAILED,
              Certainty.PROVEN,
              what.apply(found) + (said.isEmpty() ? "" : "; it said: " + said),
              advice);
        });
  }

  /** A task may end its worker with any exit status, but not without a trace in the page. */
  private static boolean endedBeforeItsPage(Findings found) {
    Findings.Page page = found.page();
    boolean untouched = !page.leaving() && page.at().isEmpty() && page.beat().isEmpty();
    return untouched && found.ending().exitedWith(ExitCode.NO_LINK);
  }

  private static Diagnosis.Builder cannotBegin(Findings found) {
    return found.says(
        Cause.START_FAILED,
        Certainty.LIKELY,
        "could not open its link or its page; it said: " + head(found.output()),
        "Check that the directory for temporary files (java.io.tmpdir) is there and has room.");
  }

  private static Diagnosis.Builder signalled(Findings found) {
    return found.says(
        Cause.START_FAILED,
        found.ending().proven() ? Certainty.PROVEN : Certainty.LIKELY,
        "was ended by " + found.ending().name() + " before it was ready, not by its pool",
        "Find out who sends " + found.ending().name() + " to processes of this machine.");
  }

  private static Diagnosis.Builder initializerThrew(Findings found) {
    return found.says(
        Cause.INITIALIZER_FAILED,
        found.ending().exitedWith(ExitCode.INITIALIZER) ? Certainty.PROVEN : Certainty.LIKELY,
        "could not be used: its initializer threw " + found.page().lastWord().text(),
        "Each worker runs the initializer first. Its exception, with its stack, is the cause of the"
            + " PoolBrokenException, and stands in the end of the worker's stderr.");
  }

  /** Its first lines: the JVM often gives the reason in the second or third. */
  private static String head(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .limit(HEAD_LINES)
        .collect(Collectors.joining(" / "));
  }
}
