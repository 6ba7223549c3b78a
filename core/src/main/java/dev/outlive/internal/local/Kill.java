package dev.outlive.internal.local;

import dev.outlive.spi.KillReason;
import org.jspecify.annotations.Nullable;

/**
 * Why the pool kills a worker, written down before the signal is sent. The first reason counts, and
 * none does once the worker has ended: what was meant to be a kill did not kill it. Safe for use by
 * many threads.
 */
final class Kill {
  private @Nullable KillReason reason; // guarded by this
  private String evidence = ""; // guarded by this
  private ThreadDump dump = ThreadDump.NONE; // guarded by this
  private boolean tooLate; // guarded by this

  /**
   * What there was of it when the worker ended.
   *
   * @param reason null if the pool had not meant to kill it
   * @param evidence what was seen that made it so; may be empty
   * @param dump what the worker's threads were at
   */
  record Sent(@Nullable KillReason reason, String evidence, ThreadDump dump) {}

  /** Notes a reason; returns whether it is the first, and the worker has not ended. */
  synchronized boolean meant(KillReason why, String seen) {
    boolean first = reason == null && !tooLate;
    if (first) {
      reason = why;
      evidence = seen;
    }
    return first;
  }

  /** The worker is about to end of something else: a reason that comes now comes too late. */
  synchronized void tooLate() {
    tooLate = true;
  }

  /** Returns whether the worker should be gone soon, since it was killed by whomever. */
  synchronized boolean endIsDue() {
    return reason != null || tooLate;
  }

  synchronized void dumped(ThreadDump taken) {
    dump = taken;
  }

  /** The worker has ended: returns what stands, and takes no more. */
  synchronized Sent end() {
    tooLate = true;
    return new Sent(reason, evidence, dump);
  }
}
