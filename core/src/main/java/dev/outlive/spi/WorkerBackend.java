package dev.outlive.spi;

/**
 * Where workers run. The pool knows workers through this interface alone, and it does not know
 * processes. Safe for use by many threads.
 */
public interface WorkerBackend extends AutoCloseable {
  /**
   * Starts a worker. Returns at once; a worker that cannot be started is told as a death.
   *
   * @param number its number in the pool, from 1, never used twice
   * @param observer is told what it does
   */
  WorkerHandle launch(int number, WorkerObserver observer);

  /** Gives back all that the backend holds. Called once, after the last worker has died. */
  @Override
  void close();
}
