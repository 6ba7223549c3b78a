package dev.outlive.os;

import java.util.Optional;

/**
 * What the kernel says about the life of a process at one moment: {@link ProcessStatus} and {@link
 * ThreadActivity} in one. Who does not ask for the threads reads the first alone, at a small part
 * of the cost. There is none where there is no {@code /proc}.
 *
 * @param state of its first thread, as in {@link ProcessStat}; a stop holds for all threads
 * @param tracer the process that traces it (a debugger, strace), 0: none
 * @param runnable whether any of its threads was on a processor or waited for one
 * @param cpuNanos processor time of the threads it has now; goes back when one of them ends, so
 *     only "equal" and "not equal" have a meaning
 * @param residentBytes memory in RAM: the sum of anonymous, shared and that of files
 * @param anonymousBytes of that, what belongs to it alone
 * @param sharedBytes of that, shared memory and tmpfs
 * @param peakBytes the most that was ever resident
 */
public record ProcessVitals(
    char state,
    long tracer,
    boolean runnable,
    long cpuNanos,
    long residentBytes,
    long anonymousBytes,
    long sharedBytes,
    long peakBytes) {

  /** Takes a sample; empty when the process is gone, or only a zombie, and off Linux. */
  public static Optional<ProcessVitals> read(long pid) {
    return ProcessStatus.read(pid)
        .flatMap(status -> ThreadActivity.of(pid).map(threads -> of(status, threads)));
  }

  private static ProcessVitals of(ProcessStatus status, ThreadActivity threads) {
    return new ProcessVitals(
        status.state(),
        status.tracer(),
        threads.runnable(),
        threads.cpuNanos(),
        status.residentBytes(),
        status.anonymousBytes(),
        status.sharedBytes(),
        status.peakBytes());
  }
}
