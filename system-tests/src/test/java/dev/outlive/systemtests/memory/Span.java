package dev.outlive.systemtests.memory;

import dev.outlive.task.TaskContext;
import java.io.Serializable;

/**
 * When an attempt at a task ran, by a clock that all processes of a Linux machine share.
 *
 * @param pid the worker's
 */
record Span(int attempt, long pid, long beginNanos, long endNanos) implements Serializable {

  /** What a task does meanwhile. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /** For a task. */
  static Span of(Work work) throws Exception {
    long begin = System.nanoTime();
    work.run();
    return new Span(
        TaskContext.current().attempt(), ProcessHandle.current().pid(), begin, System.nanoTime());
  }

  boolean overlaps(Span other) {
    return beginNanos - other.endNanos < 0 && other.beginNanos - endNanos < 0;
  }
}
