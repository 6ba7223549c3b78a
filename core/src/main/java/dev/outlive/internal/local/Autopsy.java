package dev.outlive.internal.local;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.diagnosis.CrashReport;
import dev.outlive.internal.diagnosis.Diagnostician;
import dev.outlive.internal.diagnosis.Ending;
import dev.outlive.internal.diagnosis.Findings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Collects, once and without waiting for anything, what is left of a dead worker. What cannot be
 * read is said so.
 *
 * @param directory where its files are
 * @param number the worker's number
 * @param ready whether it had said that it was ready
 * @param bye whether it had said that it leaves
 * @param kill why the pool killed it, if it did
 * @param page its page, still mapped
 * @param output what it wrote to stdout and stderr
 * @param problem what could not be done with it
 * @param vitals what was seen of it while it lived; null if nobody looked
 * @param group its own control group, not removed yet
 * @param plan how much memory it was given
 */
record Autopsy(
    RunDirectory directory,
    int number,
    boolean ready,
    boolean bye,
    Kill.Sent kill,
    PageOwner page,
    OutputTail output,
    String problem,
    @Nullable Watched vitals,
    OwnGroup group,
    MemoryPlan plan) {
  private static final int TAIL_BYTES = 8 << 10;

  /** Whatever goes wrong in the search for the cause, the death itself must be told. */
  Diagnosis diagnose(@Nullable StartedProcess ended, Ending ending) {
    try {
      return Diagnostician.diagnose(findings(ended, ending));
    } catch (RuntimeException | Error e) {
      return Diagnosis.of(Cause.UNKNOWN, Certainty.UNKNOWN, number)
          .summary("worker " + number + " died, and the search for the cause failed: " + e)
          .advice("This is a bug in Outlive: please report it.")
          .build();
    }
  }

  private Findings findings(@Nullable StartedProcess ended, Ending ending) {
    long now = System.nanoTime();
    MemoryEvidence memory =
        vitals == null
            ? MemoryEvidence.NONE
            : MemoryEvidence.of(vitals, group, plan.sizes(page.heap()), now);
    List<String> notReadable = new ArrayList<>(memory.notReadable());
    ThreadDump dump = kill.dump();
    if (!dump.note().isEmpty()) {
      notReadable.add(dump.note());
    }
    long pid = ended == null ? 0 : ended.pid();
    return new Findings(
        number,
        pid,
        ending,
        ready,
        bye,
        kill.reason(),
        kill.evidence(),
        page.findings(now),
        memory.memory(),
        crashReport(pid),
        new Findings.Stacks(dump.text(), dump.at(), dump.deadlock()),
        output.last(TAIL_BYTES),
        problem,
        notReadable);
  }

  private Optional<CrashReport> crashReport(long pid) {
    Path file = directory.ofWorker(number).resolve("hs_err_pid" + pid + ".log");
    return CrashReport.read(file)
        .map(
            report ->
                new CrashReport(
                    directory.keep(file),
                    report.signal(),
                    report.frame(),
                    report.caller(),
                    report.thread()));
  }
}
