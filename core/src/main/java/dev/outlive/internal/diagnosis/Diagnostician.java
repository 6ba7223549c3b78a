package dev.outlive.internal.diagnosis;

import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.protocol.LastWord;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Judges findings: ordered rules, the first that applies decides. Never claims what was not seen. A
 * pure function.
 *
 * <p>Certainty. PROVEN: the pool did it, or the worker wrote it down, or the kernel says so of this
 * very process. LIKELY: the exit value allows for something else as well, or a counter rose that
 * others share. UNKNOWN: there is no exit value.
 *
 * <p>Source of the exit values: {@code signal(7)}; HotSpot's {@code os::abort}, which ends in
 * SIGABRT whatever signal began it, and its {@code ExitOnOutOfMemoryError}, which exits with 3.
 */
public final class Diagnostician {
  private static final List<Rule> RULES =
      Stream.of(
              Exhaustion.COUNTED,
              OurKills.RULES,
              Exhaustion.RULES,
              Crashes.RULES,
              FailedStarts.RULES,
              Exits.RULES)
          .flatMap(List::stream)
          .toList();

  private Diagnostician() {}

  /** Returns the diagnosis of a worker's death. */
  public static Diagnosis diagnose(Findings found) {
    Diagnosis.Builder verdict =
        RULES.stream()
            .filter(rule -> rule.applies().test(found))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no rule applies to " + found))
            .says()
            .apply(found);
    listEvidence(found, verdict);
    if (found.pid() > 0) {
      verdict.pid(found.pid());
    }
    if (found.ending().known()) {
      verdict.exitValue(found.ending().value());
    }
    return verdict
        .stderrTail(found.output())
        .memorySamples(found.memory().samples())
        .stacks(found.stacks().text())
        .build();
  }

  private static void listEvidence(Findings found, Diagnosis.Builder verdict) {
    if (found.ending().known()) {
      verdict.evidence("exit status", found.ending().inWords());
    }
    verdict.evidence(
        "our own kill",
        found.killReason() == null ? "none was sent" : "sent for " + found.killReason());
    if (!found.killEvidence().isEmpty()) {
      verdict.evidence("seen before the kill", found.killEvidence());
    }
    LastWord word = found.page().lastWord();
    if (word.kind() != LastWord.Kind.NONE) {
      verdict.evidence("last word", word.kind() + ": " + word.text());
    }
    if (found.page().initializing()) {
      verdict.evidence("page", "in the initializer");
    }
    if (!found.page().at().isEmpty()) {
      verdict.evidence("page", found.page().at());
    }
    verdict.evidence("orderly exit", found.page().leaving() ? "had begun" : "had not begun");
    found.memory().facts().forEach(fact -> verdict.evidence("memory", fact));
    found.crashReport().map(Diagnostician::inWords).ifPresent(tell(verdict, "crash report"));
    if (!found.page().beat().isEmpty()) {
      verdict.evidence("last sign of life", found.page().beat());
    }
    if (!found.problem().isEmpty()) {
      verdict.evidence("problem", found.problem());
    }
    found.notReadable().forEach(tell(verdict, "not readable"));
  }

  private static Consumer<String> tell(Diagnosis.Builder verdict, String from) {
    return fact -> verdict.evidence(from, fact);
  }

  private static String inWords(CrashReport report) {
    String thread = Optional.ofNullable(report.thread()).map(t -> ", thread " + t).orElse("");
    return report.file() + thread;
  }
}
