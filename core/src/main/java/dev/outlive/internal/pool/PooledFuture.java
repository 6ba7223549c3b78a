package dev.outlive.internal.pool;

import dev.outlive.failure.TaskFailedException;
import dev.outlive.task.Outcome;
import dev.outlive.task.TaskFuture;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The future of a submitted task. Who completes it first has decided: the pool with an outcome, or
 * somebody outside, which abandons the work.
 */
final class PooledFuture<T> extends TaskFuture<T> {
  private final Runnable abandon;
  private final BooleanSupplier withdraw;
  private final Supplier<Outcome<T>> cancelled;
  private volatile @Nullable Outcome<T> outcome;
  private volatile boolean ours;

  /**
   * Creates one.
   *
   * @param abandon tells the pool that nobody wants the result any more
   * @param withdraw ends the work unless some of it is being done; returns whether it has ended
   * @param cancelled makes the outcome of a future that was completed from outside
   */
  PooledFuture(Runnable abandon, BooleanSupplier withdraw, Supplier<Outcome<T>> cancelled) {
    this.abandon = abandon;
    this.withdraw = withdraw;
    this.cancelled = cancelled;
    var _ = whenComplete((value, error) -> completed());
  }

  private void completed() {
    if (!ours) {
      abandon.run();
    }
  }

  /** The pool's own completion; does nothing if somebody outside was first. */
  void settle(Outcome<T> result) {
    if (isDone()) {
      return;
    }
    outcome = result;
    ours = true;
    boolean won =
        switch (result) {
          case Outcome.Success<T> success -> succeed(success.value());
          case Outcome.Threw<T> threw -> completeExceptionally(distinct(threw));
          case Outcome.Died<T> died -> completeExceptionally(died.error());
          case Outcome.TimedOut<T> late -> completeExceptionally(late.error());
          case Outcome.Cancelled<T> gone -> super.cancel(true);
        };
    if (!won) {
      outcome = null;
    }
  }

  @SuppressWarnings("NullAway") // a task may return null, which the type of its future cannot tell
  private boolean succeed(@Nullable T value) {
    return complete(value);
  }

  /** A future takes these two for its own; so they arrive wrapped. */
  private Throwable distinct(Outcome.Threw<T> threw) {
    Throwable error = threw.error();
    return error instanceof CancellationException || error instanceof CompletionException
        ? new TaskFailedException("task \"" + threw.record().name() + "\" threw " + error, error)
        : error;
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    if (!mayInterruptIfRunning && !isDone() && !withdraw.getAsBoolean()) {
      return false;
    }
    return super.cancel(mayInterruptIfRunning);
  }

  @Override
  public Outcome<T> outcome() {
    if (!isDone()) {
      throw new IllegalStateException("the task has not ended");
    }
    Outcome<T> result = outcome;
    return result == null ? cancelled.get() : result;
  }
}
