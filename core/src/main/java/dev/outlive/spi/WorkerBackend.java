package dev.outlive.spi;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where workers run. The pool knows workers through this interface alone, and it does not know
 * processes. Safe for use by many threads.
 */
public interface WorkerBackend extends AutoCloseable {
  /**
   * Starts a worker. Returns at once; a worker that cannot be started is told as a death.
   *
   * @param number its number in the pool, from 1, never used twice
   * @param size how much memory it gets
   * @param observer is told what it does
   */
  WorkerHandle launch(int number, WorkerSize size, WorkerObserver observer);

  /**
   * Has somebody told how much memory there is, from now on until the end: at least once a second,
   * more often while it is short. A backend that cannot see memory tells nothing. Called once at
   * most, before the first worker is launched.
   *
   * @param observer one call at a time; does not block
   */
  default void watchMemory(Consumer<MemoryView> observer) {}

  /**
   * Asks for views at least ten times a second, since something waits for memory; or no more. Does
   * not block.
   */
  default void watchMemoryClosely(boolean closely) {}

  /**
   * Returns how the paths of files begin that the pool and all workers can map, for what is large
   * of arguments and results. Empty: they share no memory.
   */
  default Optional<Path> segments() {
    return Optional.empty();
  }

  /** Gives back all that the backend holds. Called once, after the last worker has died. */
  @Override
  void close();
}
