package dev.outlive.internal.diagnosis;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.protocol.LastWord;
import dev.outlive.spi.KillReason;
import java.util.List;
import java.util.function.Function;

/** Was it us? The reason was written down before the signal was sent. */
final class OurKills {
  static final List<Rule> RULES =
      List.of(
          rule(KillReason.TIMEOUT, OurKills::late),
          rule(KillReason.MEMORY_LIMIT, OurKills::tooLarge),
          rule(KillReason.PREEMPTED, OurKills::preempted),
          rule(KillReason.CANCELLED, OurKills::cancelled),
          rule(KillReason.SHUTDOWN, OurKills::ended),
          rule(KillReason.ABORTED, OurKills::ended),
          rule(KillReason.START_TIMEOUT, OurKills::slowStart),
          rule(KillReason.FROZEN, OurKills::frozen),
          rule(KillReason.UNRESPONSIVE, OurKills::unresponsive),
          rule(KillReason.HUNG_EXIT, OurKills::hungExit),
          rule(KillReason.LINK_CLOSED, OurKills::linkClosed),
          rule(KillReason.PROTOCOL, OurKills::babbled),
          new Rule(Findings::bye, OurKills::left));

  private OurKills() {}

  private static Rule rule(KillReason reason, Function<Findings, Diagnosis.Builder> says) {
    return new Rule(found -> found.killReason() == reason && wasTheEnd(found), says);
  }

  /** Whether the signal that the pool sent is what ended it: it may have died just before. */
  private static boolean wasTheEnd(Findings found) {
    return !found.ending().known()
        || found.ending().endedBy(Ending.SIGKILL)
        || found.ending().endedBy(Ending.SIGQUIT);
  }

  private static Diagnosis.Builder late(Findings found) {
    return found.says(
        Cause.TIMEOUT,
        Certainty.PROVEN,
        "was killed by its pool: its task ran for longer than its limit" + at(found),
        found.stacks().deadlock()
            ? "Its threads wait for each other: see the stacks for the locks."
            : "Raise the limit, or find out what the task hangs on.");
  }

  private static Diagnosis.Builder tooLarge(Findings found) {
    Held held = found.memory().held();
    String what =
        held.known() ? ": it " + held.inWords() : ": it held too much memory" + why(found);
    String where =
        held.processes() > 1
            ? " What its task started counts too: see what those processes need."
            : held.mostlyNative()
                ? " Most of it was not Java heap: look for native libraries, direct buffers and"
                    + " foreign memory, mapped arenas, and threads without end."
                : " A smaller maxHeap leaves more for all else.";
    return found.says(
        Cause.MEMORY_LIMIT,
        Certainty.PROVEN,
        "was killed by its pool" + what,
        "Raise memoryPerWorker, or retry with more: RetryPolicy.onMemory().withMoreMemory(...)."
            + where);
  }

  private static Diagnosis.Builder preempted(Findings found) {
    return found.says(
        Cause.PREEMPTED,
        Certainty.PROVEN,
        "was killed by its pool, since memory ran short" + why(found),
        "Its task waits for its turn again and is not charged. Lower workers or memoryPerWorker, or"
            + " give the machine or container more memory.");
  }

  private static Diagnosis.Builder cancelled(Findings found) {
    return found.says(
        Cause.CANCELLED,
        Certainty.PROVEN,
        "was killed by its pool: its task was cancelled and did not end within the grace"
            + at(found),
        "A task that heeds interruption or TaskContext.isCancelled() spares its worker.");
  }

  private static String at(Findings found) {
    Findings.Stacks stacks = found.stacks();
    String deadlock = stacks.deadlock() ? " and was deadlocked" : "";
    return stacks.at().isEmpty() ? deadlock : deadlock + "; it was at " + stacks.at();
  }

  private static Diagnosis.Builder ended(Findings found) {
    return found.says(Cause.SHUTDOWN, Certainty.PROVEN, "was killed by its pool, which ends", "");
  }

  private static Diagnosis.Builder left(Findings found) {
    return found.says(Cause.SHUTDOWN, Certainty.PROVEN, "left as it was asked to", "");
  }

  private static Diagnosis.Builder slowStart(Findings found) {
    String what =
        found.page().initializing() ? "its initializer had not ended" : "it was not ready";
    return found.says(
        Cause.START_FAILED,
        Certainty.PROVEN,
        "was killed by its pool: " + what + " within the start timeout",
        "Raise startTimeout, or see in its output what keeps it from starting.");
  }

  private static Diagnosis.Builder frozen(Findings found) {
    return found.says(
        Cause.FROZEN,
        Certainty.PROVEN,
        "was killed by its pool, frozen" + why(found),
        "Look for SIGSTOP, a frozen control group, or a native call that holds up all threads.");
  }

  private static Diagnosis.Builder unresponsive(Findings found) {
    return found.says(
        Cause.UNRESPONSIVE,
        Certainty.LIKELY,
        "was killed by its pool: it did not pick up its work",
        "The machine starves it of processor time, or its link is disturbed.");
  }

  private static Diagnosis.Builder hungExit(Findings found) {
    return found.says(
        Cause.HUNG_EXIT,
        Certainty.PROVEN,
        "was killed by its pool: it had begun to exit and did not end within the grace"
            + (found.lastWordIs(LastWord.Kind.EXIT_CALLED)
                ? "; System.exit was called " + found.page().lastWord().text()
                : ""),
        "Look for a shutdown hook that hangs, or for System.exit within a shutdown hook.");
  }

  private static String why(Findings found) {
    return found.killEvidence().isEmpty() ? "" : ": " + found.killEvidence();
  }

  private static Diagnosis.Builder linkClosed(Findings found) {
    return found.says(
        Cause.HUNG_EXIT,
        found.page().leaving() ? Certainty.PROVEN : Certainty.LIKELY,
        "closed its link and did not exit within the grace, so its pool killed it",
        "Look for a shutdown hook that hangs, or for code that closes descriptors.");
  }

  private static Diagnosis.Builder babbled(Findings found) {
    return found.says(
        Cause.PROTOCOL,
        Certainty.PROVEN,
        "was killed by its pool: "
            + (found.killEvidence().isEmpty()
                ? "it sent what is not a message"
                : "what it sent is no answer: " + found.killEvidence()),
        "Native code in the task may write to descriptors that are not its own.");
  }
}
