package dev.outlive.bench.survival;

import dev.outlive.task.Task;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.function.BiConsumer;

/**
 * A pool with two workers, as scenarios see it: the place where {@link Faults} are put in. Its
 * peers in Python have a counterpart there.
 */
interface Subject extends AutoCloseable {
  int WORKERS = 2;

  <T> CompletableFuture<T> submit(Task<T> task);

  /** With a limit on its time. */
  <T> CompletableFuture<T> submit(Task<T> task, Duration limit);

  /** With a callback, told of its result or its failure. */
  <T> CompletableFuture<T> submit(Task<T> task, BiConsumer<? super T, ? super Throwable> callback);

  /** Returns a lock for tasks and this process; the same one each time. */
  Lock lock();

  /**
   * Takes that lock from this process: {@code "got"}, {@code "told"} why not, or {@code "stuck"}.
   */
  String takeLock(Duration limit) throws InterruptedException;

  /** Returns the command line of a child that a task starts and leaves alone. */
  List<String> child();

  /** Ends all its work at once. */
  @Override
  void close();
}
