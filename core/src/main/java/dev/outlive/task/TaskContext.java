package dev.outlive.task;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a task may know about itself while it runs in its worker, and what it may tell.
 *
 * {@snippet file="dev/outlive/snippets/TaskSnippets.java" region="context"}
 *
 * <p>Safe for use by many threads of the task.
 */
public abstract class TaskContext {
  private static volatile @Nullable TaskContext running;

  /** For the worker only. */
  protected TaskContext() {}

  /**
   * Returns the context of the task that this worker is running.
   *
   * @throws IllegalStateException if no task is running: outside a worker, or between two tasks
   */
  public static TaskContext current() {
    TaskContext context = running;
    if (context == null) {
      throw new IllegalStateException("no task is running in this process");
    }
    return context;
  }

  /** Returns the context of the running task, or empty where there is none. */
  public static Optional<TaskContext> currentIfAny() {
    return Optional.ofNullable(running);
  }

  /** Makes this the context that {@link #current()} returns; for the worker only. */
  protected static void enter(@Nullable TaskContext context) {
    running = context;
  }

  /** Returns the number of the task in its pool, from 1. */
  public abstract long task();

  /** Returns the index of the input within its run, from 0; 0 for a single task. */
  public abstract int index();

  /** Returns which attempt this is, from 1. */
  public abstract int attempt();

  /** Returns the worker's number in its pool, from 1. */
  public abstract int worker();

  /**
   * Tells how far the task has come; {@code snapshot()} shows it. Costs two stores to memory.
   *
   * @param done how much is done, 0 or more
   * @param total how much there is; 0 if not known
   */
  public abstract void progress(long done, long total);

  /**
   * Returns whether the result is no longer wanted: the task was cancelled, or its time is up. A
   * task that looks now and then can end early and so spare its worker.
   */
  public abstract boolean isCancelled();
}
