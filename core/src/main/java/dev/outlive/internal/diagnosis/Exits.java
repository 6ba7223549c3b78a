package dev.outlive.internal.diagnosis;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.protocol.ExitCode;
import dev.outlive.internal.protocol.LastWord;
import java.util.List;

/** It was ended by a signal that the pool did not send, or ended itself. */
final class Exits {
  static final List<Rule> RULES =
      List.of(
          new Rule(found -> !found.ending().known(), Exits::unknown),
          new Rule(found -> found.lastWordIs(LastWord.Kind.PROTOCOL), Exits::bug),
          new Rule(found -> found.lastWordIs(LastWord.Kind.POOL_GONE), Exits::linkClosed),
          new Rule(
              found -> found.lastWordIs(LastWord.Kind.SIGNALLED) && !shotDead(found),
              Exits::signalled),
          new Rule(Exits::jvmSignal, Exits::signalled),
          new Rule(found -> found.page().leaving() && !shotDead(found), Exits::exited),
          new Rule(found -> found.ending().endedBy(Ending.SIGKILL), Exits::sigkill),
          new Rule(found -> found.ending().signal().isPresent(), Exits::signalled),
          new Rule(found -> true, Exits::halted));

  private static final int SIGHUP = 1;
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;

  private Exits() {}

  /** The kernel says that a signal ended it, in the middle of its exit if one had begun. */
  private static boolean shotDead(Findings found) {
    return found.ending().told() == Ending.Told.SIGNALLED;
  }

  /** One for which the JVM runs its shutdown hooks, though nothing was noted of it. */
  private static boolean jvmSignal(Findings found) {
    Ending ending = found.ending();
    return found.mayHaveExited()
        && !found.lastWordIs(LastWord.Kind.EXIT_CALLED)
        && (ending.endedBy(SIGHUP) || ending.endedBy(SIGINT) || ending.endedBy(SIGTERM));
  }

  private static Diagnosis.Builder unknown(Findings found) {
    return found.says(Cause.UNKNOWN, Certainty.UNKNOWN, "is gone without an exit value", "");
  }

  private static Diagnosis.Builder sigkill(Findings found) {
    return found.says(
        Cause.SIGKILL,
        found.ending().proven() ? Certainty.PROVEN : Certainty.LIKELY,
        "was killed by SIGKILL, which its pool did not send",
        found.memory().counted()
            ? "The kernel counted no out-of-memory kill: look for who sends kill -9 on this machine"
                + " or container."
            : "Nobody could read the kernel's count of out-of-memory kills: look in dmesg, or for"
                + " who sends kill -9.");
  }

  private static Diagnosis.Builder signalled(Findings found) {
    boolean caught = found.lastWordIs(LastWord.Kind.SIGNALLED);
    String name = caught ? found.page().lastWord().text() : found.ending().name();
    return found
        .says(
            Cause.SIGNAL,
            caught || found.ending().proven() ? Certainty.PROVEN : Certainty.LIKELY,
            "was ended by " + name + ", which its pool did not send",
            "Find out who sends " + name + " to the processes of this machine or container.")
        .signal(name);
  }

  private static Diagnosis.Builder bug(Findings found) {
    return found.says(
        Cause.PROTOCOL,
        Certainty.PROVEN,
        "failed in Outlive's own code: " + found.page().lastWord().text(),
        "This is a bug in Outlive, or two versions of it on one class path.");
  }

  private static Diagnosis.Builder linkClosed(Findings found) {
    return found.says(
        Cause.PROTOCOL,
        found.ending().exitedWith(ExitCode.POOL_GONE) ? Certainty.PROVEN : Certainty.LIKELY,
        "lost its link to the pool, which the pool had not closed, and ended itself",
        "Look for code in the task that closes descriptors which are not its own.");
  }

  private static Diagnosis.Builder exited(Findings found) {
    boolean named = found.lastWordIs(LastWord.Kind.EXIT_CALLED);
    boolean maybeSignal = found.ending().signal().isPresent(); // then the kernel told nothing
    return found.says(
        Cause.EXIT,
        maybeSignal ? Certainty.LIKELY : Certainty.PROVEN,
        "ended itself with exit status "
            + found.ending().value()
            + (named ? ": System.exit was called " + found.page().lastWord().text() : ""),
        "Take System.exit out of what the task calls, or replace it by an exception.");
  }

  private static Diagnosis.Builder halted(Findings found) {
    return found.says(
        Cause.HALT,
        found.ending().proven() ? Certainty.PROVEN : Certainty.LIKELY,
        "ended itself with exit status " + found.ending().value() + " without its shutdown hooks",
        "Look for Runtime.halt, or for exit in native code, in what the task calls.");
  }
}
