package dev.outlive.task;

import java.util.Objects;

/**
 * What a task has printed: the end of each stream, in whole lines. Immutable.
 *
 * @param out the end of its stdout
 * @param err the end of its stderr, with what native code, children and the JVM printed to either
 * @param droppedOut how many bytes of stdout came before that and were not kept
 * @param droppedErr how many bytes of stderr came before that and were not kept
 */
public record TaskOutput(String out, String err, long droppedOut, long droppedErr) {
  /** The output of a task that has printed nothing. */
  public static final TaskOutput NOTHING = new TaskOutput("", "", 0, 0);

  /** Refuses nulls and negative counts. */
  public TaskOutput {
    Objects.requireNonNull(out, "out");
    Objects.requireNonNull(err, "err");
    if (droppedOut < 0 || droppedErr < 0) {
      throw new IllegalArgumentException(
          "dropped bytes must be 0 or more, droppedOut="
              + droppedOut
              + " droppedErr="
              + droppedErr);
    }
  }
}
