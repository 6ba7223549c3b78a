package dev.outlive.internal.pool;

import dev.outlive.failure.TaskFailedException;
import dev.outlive.task.Outcome;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOutput;
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
  private final CapturedOutput captured;
  private volatile @Nullable Ending<T> ending;

  /** How the pool would have it end; the future's own state tells whether it did. */
  private record Ending<T>(Outcome<T> outcome, @Nullable Throwable error) {}

  /**
   * Creates one.
   *
   * @param abandon tells the pool that nobody wants the result any more
   * @param withdraw ends the work unless some of it is being done; returns whether it has ended
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
    var _ = whenComplete((value, error) -> completed());
  }

  private void completed() {
    if (ending == null) {
      abandon.run();
    }
  }

  /** The pool's own completion; does nothing if somebody outside was first. */
  void settle(Outcome<T> result) {
    if (isDone()) {
      return;
    }
    switch (result) {
      case Outcome.Success<T> success -> {
        ending = new Ending<>(result, null);
        succeed(success.value());
      }
      case Outcome.Cancelled<T> _ -> {
        ending = new Ending<>(result, null);
        super.cancel(true);
      }
      case Outcome.Threw<T> threw -> fail(result, distinct(threw));
      case Outcome.Died<T> died -> fail(result, died.error());
      case Outcome.TimedOut<T> late -> fail(result, late.error());
    }
  }

  private void fail(Outcome<T> result, Throwable error) {
    ending = new Ending<>(result, error);
    completeExceptionally(error);
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
    Ending<T> ours = ending;
    return ours != null && won(ours) ? ours.outcome() : cancelled.get();
  }

  @Override
  public TaskOutput output() {
    return captured.read(isDone());
  }

  /** Somebody outside may have been faster than the pool. */
  @SuppressWarnings("ReferenceEquality") // the very object: an equals of the user's must not run
  private boolean won(Ending<T> ours) {
    return switch (state()) {
      case SUCCESS ->
          ours.outcome() instanceof Outcome.Success<T> success && success.value() == resultNow();
      case FAILED -> ours.error() == exceptionNow();
      case CANCELLED -> ours.outcome() instanceof Outcome.Cancelled<T>;
      case RUNNING -> false;
    };
  }
}
