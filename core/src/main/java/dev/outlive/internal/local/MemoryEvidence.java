package dev.outlive.internal.local;

import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.diagnosis.Findings;
import dev.outlive.internal.diagnosis.Findings.Memory.Kill;
import dev.outlive.internal.diagnosis.Sizes;
import dev.outlive.os.MemoryKills;
import dev.outlive.task.Bytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the kernel's counters and the samples tell about memory when a worker has died.
 *
 * @param memory what was read
 * @param notReadable what was not, a sentence each
 */
record MemoryEvidence(Findings.Memory memory, List<String> notReadable) {
  /** Nobody looked: there is no process to look at. */
  static final MemoryEvidence NONE = new MemoryEvidence(Findings.Memory.UNKNOWN, List.of());

  /** Reads the counters once more, and compares. */
  static MemoryEvidence of(Watched worker, OwnGroup group, Sizes sizes, long now) {
    MemoryKills.Reading before = worker.killsBefore();
    MemoryKills.Reading after = before.again();
    List<MemoryKills.Rise> rises = after.since(before);
    List<String> facts = new ArrayList<>();
    for (MemoryKills.Rise rise : rises) {
      facts.add(
          "out-of-memory kills "
              + of(rise.place(), rise.path())
              + " rose from "
              + rise.before()
              + " to "
              + rise.after());
    }
    for (MemoryKills.Usage usage : before.usages()) {
      facts.add(
          "shortly before, "
              + new Bytes(usage.usageBytes())
              + " of "
              + new Bytes(usage.limitBytes())
              + " were used "
              + of(usage.place(), usage.path()));
    }
    group.inWords().ifPresent(facts::add);
    List<Diagnosis.MemorySample> samples =
        worker.gauge().curve().stream()
            .map(
                sample ->
                    new Diagnosis.MemorySample(
                        Duration.ofNanos(Math.max(0, now - sample.nanos())), sample.heldBytes()))
            .toList();
    Findings.Memory memory =
        new Findings.Memory(
            after.knowsOwn(),
            kill(rises, after, worker.sharesItsGroup()),
            facts,
            samples,
            worker.over(),
            sizes);
    return new MemoryEvidence(memory, after.unreadable());
  }

  private static String of(MemoryKills.Place place, String path) {
    return switch (place) {
      case OWN -> "of its control group " + path;
      case ENCLOSING -> "of the control group " + path + " around it";
      case MACHINE -> "of the machine";
    };
  }

  /** Where its own count is readable and did not rise, it was somebody else who was killed. */
  private static Kill kill(
      List<MemoryKills.Rise> rises, MemoryKills.Reading reading, boolean shared) {
    if (rises.isEmpty()) {
      return Kill.NONE;
    }
    return switch (rises.getFirst().place()) {
      case OWN -> shared ? Kill.SHARED : Kill.OWN;
      case ENCLOSING -> reading.knowsOwn() ? Kill.NONE : Kill.ENCLOSING;
      case MACHINE -> reading.knowsOwn() ? Kill.NONE : Kill.MACHINE;
    };
  }
}
