package dev.outlive.monitor;

import dev.outlive.task.TaskStream;
import java.util.Objects;

/**
 * A line that a worker has printed. Immutable.
 *
 * @param worker the worker's number in its pool, from 1
 * @param task the number of the task that ran, from 1; 0: none did
 * @param attempt which attempt at it, from 1; 0: no task ran
 * @param stream where it was printed to
 * @param text the line without its end; a line of over 64 KiB comes in pieces
 * @param missed how many lines, of any worker, were dropped before this one, since the sink was
 *     behind
 */
public record OutputLine(
    int worker, long task, int attempt, TaskStream stream, String text, long missed) {
  /** Refuses nulls. */
  public OutputLine {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(text, "text");
  }
}
