package dev.outlive.task;

import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.TaskFailedException;
import dev.outlive.failure.TaskTimeoutException;
import dev.outlive.failure.WorkerDiedException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * How one task, or one input of a run, ended. Exactly one of five ways.
 *
 * {@snippet file="dev/outlive/snippets/TaskSnippets.java" region="outcome"}
 *
 * @param <O> the type of the result
 */
public sealed interface Outcome<O> {
  /** Returns the statistics. */
  TaskRecord record();

  /** Returns the input's index within its run, from 0; 0 for a single task. */
  default int index() {
    return record().index();
  }

  /** Returns whether there is a result. */
  default boolean isSuccess() {
    return this instanceof Success<O>;
  }

  /** Returns the result, or null if there is none. A task's own null looks the same. */
  default @Nullable O orNull() {
    return this instanceof Success<O> success ? success.value() : null;
  }

  /**
   * Returns the result.
   *
   * @throws TaskFailedException if the task threw; the cause is its own exception
   * @throws WorkerDiedException if its worker died
   * @throws TaskTimeoutException if it ran too long
   * @throws CancellationException if it was cancelled, or never began since its run had failed
   */
  default @Nullable O orThrow() {
    return switch (this) {
      case Success<O> success -> success.value();
      case Threw<O> threw ->
          throw new TaskFailedException(
              "task \"" + record().name() + "\" failed: " + threw.error(), threw.error());
      case Died<O> died -> throw died.error();
      case TimedOut<O> late -> throw late.error();
      case Cancelled<O> cancelled ->
          throw new CancellationException("task \"" + record().name() + "\" was cancelled");
    };
  }

  /**
   * The task returned.
   *
   * @param value its result; null if it returned null
   * @param record the statistics
   * @param <O> the type of the result
   */
  record Success<O>(@Nullable O value, TaskRecord record) implements Outcome<O> {}

  /**
   * The task threw.
   *
   * @param error its exception in its own type, or a {@link dev.outlive.failure.RemoteError}
   * @param record the statistics
   * @param <O> the type of the result
   */
  record Threw<O>(Throwable error, TaskRecord record) implements Outcome<O> {}

  /**
   * Its worker died.
   *
   * @param error what a future would have thrown
   * @param record the statistics
   * @param <O> the type of the result
   */
  record Died<O>(WorkerDiedException error, TaskRecord record) implements Outcome<O> {
    /** Returns why the worker of the last attempt died. */
    public Diagnosis diagnosis() {
      return error.diagnosis();
    }
  }

  /**
   * It ran too long, and its worker was killed.
   *
   * @param error what a future would have thrown
   * @param record the statistics
   * @param <O> the type of the result
   */
  record TimedOut<O>(TaskTimeoutException error, TaskRecord record) implements Outcome<O> {
    /** Returns the limit that it exceeded. */
    public Duration limit() {
      return error.limit();
    }
  }

  /**
   * It was cancelled, or never began since its run or pool had ended.
   *
   * @param record the statistics
   * @param <O> the type of the result
   */
  record Cancelled<O>(TaskRecord record) implements Outcome<O> {}
}
