package dev.outlive;

import dev.outlive.failure.PoolAbortedException;
import dev.outlive.failure.PoolBrokenException;
import dev.outlive.failure.TaskFailedException;
import dev.outlive.failure.TaskTimeoutException;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.internal.pool.FirstSuccess;
import dev.outlive.task.MapFailedException;
import dev.outlive.task.TaskFuture;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waiting for futures: a caller who is interrupted has their work ended. */
final class Waiting {
  private Waiting() {}

  /** Submits; an interrupt while it waits for room in the queue is what it is elsewhere too. */
  static <T> T interruptibly(Supplier<T> submit) throws InterruptedException {
    try {
      return submit.get();
    } catch (RejectedExecutionException e) {
      if (e.getCause() instanceof InterruptedException interrupt) {
        Thread.interrupted(); // it is told by the exception
        throw interrupt;
      }
      throw e;
    }
  }

  /** Returns the result; a failure is thrown unchecked, wrapped if it is the task's own. */
  static <T> T await(String pool, TaskFuture<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      throw unchecked(pool, e.getCause());
    }
  }

  /** Returns the first result, as {@link #await} does; ends the others. */
  static <T> T first(String pool, List<TaskFuture<T>> futures) throws InterruptedException {
    try {
      return FirstSuccess.of(futures, Long.MAX_VALUE);
    } catch (TimeoutException e) {
      throw new AssertionError("a wait without a limit has timed out", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CancellationException cancelled) {
        throw cancelled;
      }
      throw unchecked(pool, e.getCause());
    }
  }

  private static RuntimeException unchecked(String pool, @Nullable Throwable error) {
    return switch (error) {
      case WorkerDiedException e -> e;
      case TaskTimeoutException e -> e;
      case PoolAbortedException e -> e;
      case PoolBrokenException e -> e;
      case MapFailedException e -> e;
      case TaskFailedException e -> e;
      case null -> throw new AssertionError("a future failed without a cause");
      default -> new TaskFailedException("pool \"" + pool + "\": the task failed: " + error, error);
    };
  }

  /** Waits until all have ended and returns them, in their order. */
  static <T> List<Future<T>> forAll(List<TaskFuture<T>> futures) throws InterruptedException {
    try {
      for (Future<T> future : futures) {
        waitFor(future);
      }
      return new ArrayList<>(futures);
    } catch (InterruptedException e) {
      cancelAll(futures);
      throw e;
    }
  }

  /** Waits until that time; what has not ended then is cancelled. */
  static <T> List<Future<T>> forAll(List<TaskFuture<T>> futures, long until)
      throws InterruptedException {
    try {
      for (Future<T> future : futures) {
        waitFor(future, until - System.nanoTime());
      }
    } catch (TimeoutException e) {
      cancelAll(futures);
    } catch (InterruptedException e) {
      cancelAll(futures);
      throw e;
    }
    return new ArrayList<>(futures);
  }

  private static void waitFor(Future<?> future) throws InterruptedException {
    try {
      future.get();
    } catch (ExecutionException | CancellationException e) {
      // the caller finds it in the future
    }
  }

  private static void waitFor(Future<?> future, long nanos)
      throws InterruptedException, TimeoutException {
    try {
      future.get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException | CancellationException e) {
      // the caller finds it in the future
    }
  }

  static void cancelAll(Collection<? extends Future<?>> futures) {
    futures.forEach(future -> future.cancel(true));
  }
}
