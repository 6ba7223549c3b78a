package dev.outlive.spi;

import dev.outlive.task.TaskStream;

/**
 * Is told what a worker prints. One call at a time for each worker, on a thread that reads the
 * worker's output and nothing else; what comes is in its order, and the end may never come if a
 * stray child holds the output open.
 */
public interface OutputObserver {
  /**
   * What is printed from now on belongs to this delivery, and what was printed for another one is
   * complete.
   *
   * @param delivery its number; 0: to none. A worker can lie about it
   */
  void printing(long delivery);

  /** Bytes were printed; they are the caller's again after the call. */
  void printed(TaskStream stream, byte[] bytes, int from, int to);

  /** Nothing more is printed. */
  void ended();
}
