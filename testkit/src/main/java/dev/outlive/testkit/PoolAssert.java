package dev.outlive.testkit;

import dev.outlive.ProcessPool;
import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.monitor.PoolSnapshot;
import dev.outlive.task.Outcome;
import dev.outlive.task.TaskFuture;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about pools and their futures, for tests of programs that use Outlive. Each waits for
 * what it asserts, for half a minute unless {@link #within} says otherwise, and fails with an
 * {@link AssertionError} that says what was there instead. Needs no assertion library.
 *
 * <pre>{@code
 * PoolAssert.within(Duration.ofSeconds(10)).died(pool.submit(Crash::segfault), Cause.NATIVE_CRASH);
 * PoolAssert.assertUsable(pool);
 * }</pre>
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class PoolAssert {
  private static final PoolAssert USUAL = new PoolAssert(Duration.ofSeconds(30));
  private static final long PAUSE_MILLIS = 5;

  private final Duration limit;

  private PoolAssert(Duration limit) {
    this.limit = limit;
  }

  /** Returns assertions that wait for as long as this. */
  public static PoolAssert within(Duration limit) {
    return new PoolAssert(Objects.requireNonNull(limit, "limit"));
  }

  /** {@link #died} within half a minute. */
  public static Diagnosis assertDied(TaskFuture<?> future, Cause cause) {
    return USUAL.died(future, cause);
  }

  /** {@link #returned} within half a minute. */
  public static void assertReturned(TaskFuture<?> future, @Nullable Object value) {
    USUAL.returned(future, value);
  }

  /** {@link #threw} within half a minute. */
  public static <X extends Throwable> X assertThrew(TaskFuture<?> future, Class<X> type) {
    return USUAL.threw(future, type);
  }

  /** {@link #usable} within half a minute. */
  public static void assertUsable(ProcessPool pool) {
    USUAL.usable(pool);
  }

  // ---- how a task ended

  /** Asserts that the task returned this value. */
  public void returned(TaskFuture<?> future, @Nullable Object value) {
    Outcome<?> outcome = outcome(future);
    if (!(outcome instanceof Outcome.Success<?> success)
        || !Objects.equals(success.value(), value)) {
      throw new AssertionError("expected the result " + value + ", but was " + outcome);
    }
  }

  /** Asserts that the task's worker died of this cause, and returns the diagnosis. */
  public Diagnosis died(TaskFuture<?> future, Cause cause) {
    Outcome<?> outcome = outcome(future);
    Diagnosis diagnosis =
        switch (outcome) {
          case Outcome.Died<?> died -> died.diagnosis();
          case Outcome.TimedOut<?> late -> late.error().diagnosis();
          default ->
              throw new AssertionError("expected a death by " + cause + ", but was " + outcome);
        };
    if (diagnosis.cause() != cause) {
      throw new AssertionError("expected a death by " + cause + ", but it was " + diagnosis);
    }
    return diagnosis;
  }

  /** Asserts that the task threw an exception of this type, and returns it. */
  public <X extends Throwable> X threw(TaskFuture<?> future, Class<X> type) {
    Outcome<?> outcome = outcome(future);
    if (outcome instanceof Outcome.Threw<?> threw && type.isInstance(threw.error())) {
      return type.cast(threw.error());
    }
    throw new AssertionError("expected a " + type.getName() + ", but was " + outcome);
  }

  private Outcome<?> outcome(TaskFuture<?> future) {
    await(future);
    return future.outcome();
  }

  private void await(Future<?> future) {
    try {
      future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | java.util.concurrent.CancellationException e) {
      // how it ended is what is asserted
    } catch (TimeoutException e) {
      throw new AssertionError("the task has not ended within " + limit, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for a task", e);
    }
  }

  // ---- how the pool is

  /** Asserts that the pool runs a task. */
  public void usable(ProcessPool pool) {
    TaskFuture<Boolean> future = pool.submit(() -> true);
    try {
      returned(future, true);
    } catch (AssertionError e) {
      throw new AssertionError("the pool is not usable: " + pool + ": " + e.getMessage(), e);
    }
  }

  /** Waits until the pool has nothing to do. */
  public void idle(ProcessPool pool) {
    PoolSnapshot now = pool.snapshot();
    for (long end = System.nanoTime() + limit.toNanos(); now.queued() + now.running() > 0; ) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not idle within " + limit + ": " + now);
      }
      pause();
      now = pool.snapshot();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for a pool", e);
    }
  }

  /** Asserts how many workers have died so far without being asked to leave. */
  public void deaths(ProcessPool pool, long expected) {
    long deaths = pool.snapshot().deaths();
    if (deaths != expected) {
      throw new AssertionError(
          "expected " + expected + " deaths, but there were " + deaths + ": " + pool.killedTasks());
    }
  }

  /** Asserts that an exception tells of a worker that died of this cause; returns the diagnosis. */
  public static Diagnosis diagnosed(@Nullable Throwable error, Cause cause) {
    if (error instanceof WorkerDiedException died && died.diagnosis().cause() == cause) {
      return died.diagnosis();
    }
    throw new AssertionError("expected a death by " + cause + ", but was " + error, error);
  }
}
