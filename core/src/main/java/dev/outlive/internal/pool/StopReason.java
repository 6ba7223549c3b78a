package dev.outlive.internal.pool;

import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.PoolAbortedException;
import dev.outlive.failure.PoolBrokenException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Why a pool has stopped, once it has: what the futures that it ends are told, and who comes later.
 * The first reason counts. Each of those who are told gets an exception of its own.
 *
 * <p>Guarded by the supervisor's lock, but for what it hands out.
 */
final class StopReason {
  private final String pool;
  private final Verdicts verdicts;
  private @Nullable Supplier<RuntimeException> first;
  private @Nullable Submission culprit; // of an abort
  private @Nullable ByteBuffer initializerError; // the first one, as a copy

  StopReason(Verdicts verdicts) {
    this.pool = verdicts.pool();
    this.verdicts = verdicts;
  }

  /** A worker's initializer threw; its copy is the cause, should the pool break. */
  void initializerThrew(ByteBuffer copy) {
    initializerError = initializerError == null ? copy : initializerError;
  }

  /**
   * A task has failed under the policy ABORT.
   *
   * @param by finds that task; asked the first time only
   */
  Supplier<RuntimeException> aborted(Supplier<Submission> by, Verdict verdict) {
    culprit = culprit == null ? by.get() : culprit;
    Submission blamed = culprit;
    return first(() -> abort(blamed, verdict));
  }

  private RuntimeException abort(Submission blamed, Verdict verdict) {
    Throwable failure = verdicts.failure(blamed, verdict);
    return new PoolAbortedException(
        "pool \""
            + pool
            + "\" was aborted: task \""
            + blamed.name()
            + "\" failed under the policy ABORT: "
            + failure.getMessage(),
        failure);
  }

  /** Too many workers died early. */
  Supplier<RuntimeException> broken(List<Diagnosis> causes) {
    ByteBuffer copy = initializerError;
    return first(() -> breakdown(causes, copy));
  }

  private RuntimeException breakdown(List<Diagnosis> causes, @Nullable ByteBuffer copy) {
    Diagnosis earliest = causes.getFirst();
    PoolBrokenException error =
        new PoolBrokenException(
            "pool \""
                + pool
                + "\" is broken: "
                + causes.size()
                + (causes.size() == 1 ? " worker" : " workers")
                + " died early. The first: "
                + earliest.summary()
                + ". "
                + earliest.advice(),
            causes);
    if (copy != null) {
      error.initCause(Verdicts.copy(copy));
    }
    return error;
  }

  /** Outlive itself has failed. */
  Supplier<RuntimeException> bug(Throwable bug) {
    return first(
        () ->
            new PoolBrokenException(
                "pool \"" + pool + "\" is broken by a bug of Outlive, please report it: " + bug,
                List.of()));
  }

  private Supplier<RuntimeException> first(Supplier<RuntimeException> reason) {
    first = first == null ? reason : first;
    return reason;
  }

  /** Returns what somebody is told who comes when the pool takes no more tasks. */
  RejectedExecutionException rejection() {
    RuntimeException reason = first == null ? null : first.get();
    String why = reason == null ? "it was shut down" : reason.getMessage();
    return new RejectedExecutionException(
        "pool \"" + pool + "\" takes no more tasks: " + why, reason);
  }
}
