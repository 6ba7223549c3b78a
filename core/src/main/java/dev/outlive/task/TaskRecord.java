package dev.outlive.task;

import dev.outlive.failure.Diagnosis;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of one task or of one input of a run. Immutable.
 *
 * <p>What a worker has told of itself (its times) is as trustworthy as the worker, within bounds:
 * no time is negative, or longer than the worker lived.
 *
 * @param name the task's name: given, or that of its function
 * @param index the input's index within its run, from 0; 0 for a single task. Of a stream with more
 *     than 2^31 inputs: the largest index for all the rest
 * @param attempts how many attempts were begun; 0 if it never started, or is an input whose run
 *     ended before it
 * @param worker the number of the worker of the last attempt, from 1; 0 if it never began, or was
 *     cancelled
 * @param pid the process id of that worker; 0 likewise, or if it never had one
 * @param submitted when it was handed in
 * @param started when its last attempt started; null if it never did, was cancelled, or that is not
 *     known of a dead worker
 * @param finished when its outcome was known
 * @param cpuTime the processor time of the task's own thread in the last attempt, on Linux to some
 *     10 ms (the kernel counts in ticks). An attempt of less than 10 ms has its whole run time, the
 *     most it can be. Null where it is not known: elsewhere, and of an attempt without an answer
 * @param peakMemory the most memory that the worker was seen to hold while the last attempt ran,
 *     counted as {@code memoryPerWorker} counts: with all that it had started, without pages of
 *     files and Outlive's segments. Of looks once a second, more often while it grows or is near
 *     its limit. Null if there was no look in that time
 * @param ending how it ended
 * @param lost the diagnoses of the attempts that were lost with their worker, in their order
 * @param notes what happened beside the last attempt, at most 16: a thread of the task ended with
 *     an exception that nobody caught
 */
public record TaskRecord(
    String name,
    int index,
    int attempts,
    int worker,
    long pid,
    Instant submitted,
    @Nullable Instant started,
    Instant finished,
    @Nullable Duration cpuTime,
    @Nullable Bytes peakMemory,
    Ending ending,
    List<Diagnosis> lost,
    List<String> notes)
    implements Serializable {

  /** How a task or an input ended. */
  public enum Ending {
    /** It returned. */
    RETURNED,
    /** It threw, or could not be decoded, or its result could not be brought back. */
    THREW,
    /** The worker of its last attempt died. */
    DIED,
    /** It ran, or waited in the queue, for longer than its limit. */
    TIMED_OUT,
    /** It was cancelled, or was ended with its run or pool. */
    CANCELLED
  }

  /** Keeps copies of the lists. */
  public TaskRecord {
    Objects.requireNonNull(ending, "ending");
    lost = List.copyOf(lost);
    notes = List.copyOf(notes);
  }

  /** Returns when the last attempt started, if any did. */
  public Optional<Instant> whenStarted() {
    return Optional.ofNullable(started);
  }

  /**
   * Returns how long the last attempt ran: from its start until its outcome was known, if known.
   */
  public Optional<Duration> runTime() {
    return whenStarted().map(start -> Duration.between(start, finished));
  }
}
