package dev.outlive.internal.pool;

import java.time.Instant;
import java.util.List;

/**
 * What a task brought along when it was submitted.
 *
 * @param name given, or that of its code
 * @param home a class of its code, which decides what may come back
 * @param lease keeps the loaders that its bytes name
 * @param rules its options with the pool's defaults
 * @param frames the caller's stack, the nearest first; empty if stacks are not taken
 * @param when the time
 */
record Submission(
    String name,
    Class<?> home,
    LoaderTable.Lease lease,
    TaskRules rules,
    List<StackTraceElement> frames,
    Instant when) {
  Submission withRules(TaskRules others) {
    return new Submission(name, home, lease, others, frames, when);
  }

  StackTraceElement[] stack() {
    return frames.toArray(StackTraceElement[]::new);
  }
}
