package dev.outlive.task;

import dev.outlive.failure.Diagnosis;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of one task or of one input of a run. Immutable.
 *
 * @param name the task's name: given, or that of its function
 * @param index the input's index within its run, from 0; 0 for a single task. Of a stream with more
 *     than 2^31 inputs: the largest index for all the rest
 * @param attempts how many attempts were begun; 0 if it never started, or is an input whose run
 *     ended before it
 * @param submitted when it was handed in
 * @param started when its last attempt started; null if it never did, or ended without an answer
 * @param finished when its outcome was known
 * @param lost the diagnoses of the attempts that were lost with their worker, in their order
 * @param notes what happened beside the last attempt, at most 16: a thread of the task ended with
 *     an exception that nobody caught
 */
public record TaskRecord(
    String name,
    int index,
    int attempts,
    Instant submitted,
    @Nullable Instant started,
    Instant finished,
    List<Diagnosis> lost,
    List<String> notes)
    implements Serializable {

  /** Keeps a copy of the diagnoses. */
  public TaskRecord {
    lost = List.copyOf(lost);
    notes = List.copyOf(notes);
  }

  /** Returns when the last attempt started, if any did. */
  public Optional<Instant> whenStarted() {
    return Optional.ofNullable(started);
  }
}
