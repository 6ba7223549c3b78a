package dev.outlive;

import java.util.Collection;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting for futures whose failure their owner finds in them. */
final class Waiting {
  private Waiting() {}

  static void waitFor(Future<?> future) throws InterruptedException {
    try {
      future.get();
    } catch (ExecutionException | CancellationException e) {
      // the caller finds it in the future
    }
  }

  static void waitFor(Future<?> future, long nanos) throws InterruptedException, TimeoutException {
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
