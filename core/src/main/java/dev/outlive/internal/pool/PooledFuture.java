package dev.outlive.internal.pool;

import dev.outlive.failure.TaskFailedException;
import dev.outlive.task.Outcome;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOutput;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The future of a submitted task. Who claims it first has decided: the pool with an outcome, or
 * somebody outside, which abandons the work.
 *
 * <pre>
 *   open --settle--> claimed -----------------> done, the pool's outcome
 *     |
 *     +--complete, cancel ...--> claimed --the work is abandoned--> done, {@link Outcome.Cancelled}
 * </pre>
 *
 * <p>The work is abandoned before the future is done, so that no callback can hold that up. Between
 * claimed and done no code of the user's runs. Who waits does so at a latch and not as the JDK
 * would have it, where the waiting thread helps with the callbacks, and hangs in one that never
 * ends.
 */
final class PooledFuture<T> extends TaskFuture<T> {
  private final Runnable abandon;
  private final BooleanSupplier withdraw;
  private final Supplier<Outcome<T>> cancelled;
  private final CapturedOutput captured;
  private final AtomicBoolean claimed = new AtomicBoolean();
  private final CountDownLatch ending = new CountDownLatch(1); // down just before it is done
  private volatile @Nullable Outcome<T> outcome; // written by who has claimed

  /**
   * Creates one.
   *
   * @param abandon tells the pool that nobody wants the result any more
   * @param withdraw ends the work unless some of it is being done; returns whether it did
   * @param cancelled makes the outcome of a future that was completed from outside
   * @param captured takes what the work prints
   */
  PooledFuture(
      Runnable abandon,
      BooleanSupplier withdraw,
      Supplier<Outcome<T>> cancelled,
      CapturedOutput captured) {
    this.abandon = abandon;
    this.withdraw = withdraw;
    this.cancelled = cancelled;
    this.captured = captured;
  }

  // ---- the pool's own completion

  /** Does nothing if somebody outside was first. */
  void settle(Outcome<T> result) {
    switch (result) {
      case Outcome.Success<T> success -> {
        if (claim(success)) {
          succeed(success.value());
        }
      }
      case Outcome.Cancelled<T> _ -> {
        if (claim(result)) {
          super.cancel(true);
        }
      }
      case Outcome.Threw<T> threw -> fail(result, distinct(threw));
      case Outcome.Died<T> died -> fail(result, died.error());
      case Outcome.TimedOut<T> late -> fail(result, late.error());
    }
  }

  private boolean claim(Outcome<T> result) {
    boolean first = claimed.compareAndSet(false, true);
    if (first) {
      ends(result);
    }
    return first;
  }

  private void ends(Outcome<T> result) {
    outcome = result;
    ending.countDown();
  }

  @SuppressWarnings("NullAway") // a task may return null, which the type of its future cannot tell
  private void succeed(@Nullable T value) {
    super.complete(value);
  }

  private void fail(Outcome<T> result, Throwable error) {
    if (claim(result)) {
      super.completeExceptionally(error);
    }
  }

  /** A future takes these two for its own; so they arrive wrapped. */
  private static Throwable distinct(Outcome.Threw<?> threw) {
    Throwable error = threw.error();
    return error instanceof CancellationException || error instanceof CompletionException
        ? new TaskFailedException("task \"" + threw.record().name() + "\" threw " + error, error)
        : error;
  }

  // ---- completion from outside

  @Override
  public boolean complete(T value) {
    return claimFromOutside() && super.complete(value);
  }

  @Override
  public boolean completeExceptionally(Throwable error) {
    Objects.requireNonNull(error, "error");
    return claimFromOutside() && super.completeExceptionally(error);
  }

  /** The JDK's own would pass by {@link #complete}. */
  @Override
  public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
    Objects.requireNonNull(supplier, "supplier");
    executor.execute(() -> completeWith(supplier));
    return this;
  }

  private void completeWith(Supplier<? extends T> supplier) {
    if (isDone()) {
      return;
    }
    T value;
    try {
      value = supplier.get();
    } catch (Exception | Error error) { // also a checked one that was thrown sneakily
      completeExceptionally(new CompletionException(error));
      return;
    }
    complete(value);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    if (!mayInterruptIfRunning && !claimed.get() && !withdraw.getAsBoolean()) {
      return isCancelled();
    }
    if (claimFromOutside()) {
      super.cancel(mayInterruptIfRunning);
    }
    return isCancelled();
  }

  /** Whoever is too late returns when the future is done, as its own return then tells. */
  private boolean claimFromOutside() {
    if (!claimed.compareAndSet(false, true)) {
      awaitDone();
      return false;
    }
    try {
      abandon.run();
    } finally {
      ends(cancelled.get());
    }
    return true;
  }

  /**
   * Once it is claimed: who did only asks the pool meanwhile, which takes microseconds, unless its
   * processor was taken from it to wake this thread.
   */
  @SuppressWarnings("ThreadPriorityCheck") // what is waited for needs a processor, and no more
  private void awaitDone() {
    while (!isDone()) {
      Thread.yield();
    }
  }

  // ---- waiting

  @Override
  public T get() throws InterruptedException, ExecutionException {
    awaitEnd(Long.MAX_VALUE);
    return super.get();
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (!awaitEnd(unit.toNanos(timeout))) {
      throw new TimeoutException();
    }
    return super.get();
  }

  @Override
  public T join() {
    boolean interrupted = false;
    while (!isDone()) {
      try {
        awaitEnd(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return super.join();
  }

  private boolean awaitEnd(long nanos) throws InterruptedException {
    if (!isDone()) {
      ForkJoinPool.managedBlock(new Wait(nanos));
      if (ending.getCount() > 0) {
        return false;
      }
      awaitDone();
    }
    return true;
  }

  /** A fork-join pool whose thread waits may start another for the time. */
  private final class Wait implements ForkJoinPool.ManagedBlocker {
    private final long nanos;

    Wait(long nanos) {
      this.nanos = nanos;
    }

    @Override
    public boolean block() throws InterruptedException {
      var _ = ending.await(nanos, TimeUnit.NANOSECONDS);
      return true;
    }

    @Override
    public boolean isReleasable() {
      return ending.getCount() == 0;
    }
  }

  // ---- looking in

  @Override
  public Outcome<T> outcome() {
    Outcome<T> ended = outcome;
    if (!isDone() || ended == null) {
      throw new IllegalStateException("the task has not ended");
    }
    return ended;
  }

  @Override
  public TaskOutput output() {
    return captured.read(isDone());
  }
}
