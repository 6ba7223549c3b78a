package dev.outlive.internal.pool;

import dev.outlive.task.TaskOutput;
import org.jspecify.annotations.Nullable;

/**
 * What a future's work prints: the last attempt at a task, or all of a run. It has no buffer before
 * something is printed, and goes with its future. Safe for use by many threads.
 */
final class CapturedOutput {
  private static final long WAIT_NANOS = 1_000_000_000L;

  private final boolean run;
  private final long waitNanos;
  private volatile @Nullable AttemptOutput last;

  /**
   * Creates one.
   *
   * @param run whether it is a run, of which nothing is forgotten when an item is tried again
   */
  CapturedOutput(boolean run) {
    this(run, WAIT_NANOS);
  }

  CapturedOutput(boolean run, long waitNanos) {
    this.run = run;
    this.waitNanos = waitNanos;
  }

  /** A delivery is about to be sent; under the supervisor's lock. */
  AttemptOutput delivered() {
    AttemptOutput now = last;
    if (now == null || !run) {
      now = new AttemptOutput(run);
      last = now;
    }
    now.opened();
    return now;
  }

  /**
   * Returns what there is.
   *
   * @param whole wait until it is complete, for no more than a second
   */
  TaskOutput read(boolean whole) {
    AttemptOutput now = last;
    if (now == null) {
      return TaskOutput.NOTHING;
    }
    return whole ? now.readWhole(waitNanos) : now.read();
  }
}
