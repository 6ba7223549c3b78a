package dev.outlive.monitor;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import dev.outlive.task.TaskRecord;
import java.util.List;

/**
 * Something that happened in a pool. More kinds will come: a {@code switch} needs a default branch.
 */
public sealed interface PoolEvent {
  /** Whether it tells of a single task: of these there may be many. */
  default boolean ofTask() {
    return switch (this) {
      case TaskSubmitted _, TaskStarted _, TaskRetried _, TaskEnded _ -> true;
      case TaskPreempted _, TaskWaitsForMemory _ -> true;
      case WorkerReady _, WorkerGrown _, WorkerDying _, WorkerDied _ -> false;
      case MemoryLow _, MemoryBack _, PoolBroken _, PoolTerminated _ -> false;
    };
  }

  /**
   * A task was handed in.
   *
   * @param task its number, from 1
   * @param name given, or that of its function
   * @param items how many inputs it has; 1 for a single task
   */
  record TaskSubmitted(long task, String name, int items) implements PoolEvent {}

  /**
   * A worker has come to a task or an input: it is the next thing that the worker does, and nothing
   * is in its way. Told again with the same attempt if the worker died before it had really begun.
   *
   * @param task the number of the task
   * @param index the input's index within its run
   * @param attempt which attempt it is, from 1
   * @param worker the worker's number
   */
  record TaskStarted(long task, int index, int attempt, int worker) implements PoolEvent {}

  /**
   * The outcome of a task or an input is known; the last that is told of it. Told before those who
   * wait for its future know, or at the same time if the future was completed from outside.
   *
   * @param task the number of the task
   * @param record how it ended, the input's index included
   */
  record TaskEnded(long task, TaskRecord record) implements PoolEvent {}

  /**
   * A worker is ready for work.
   *
   * @param worker its number
   * @param pid its process id
   */
  record WorkerReady(int worker, long pid) implements PoolEvent {}

  /**
   * The first notice of a worker's death; it gets nothing more.
   *
   * @param worker its number
   */
  record WorkerDying(int worker) implements PoolEvent {}

  /**
   * A worker is dead, asked to leave or not.
   *
   * @param worker its number
   * @param asked whether it was asked to leave
   * @param diagnosis what killed it
   */
  record WorkerDied(int worker, boolean asked, Diagnosis diagnosis) implements PoolEvent {}

  /**
   * An attempt was lost or failed, and the task will be tried again.
   *
   * @param task the number of the task
   * @param index the input's index within its run
   * @param attempt which attempt was lost, from 1
   * @param cause why
   */
  record TaskRetried(long task, int index, int attempt, Cause cause) implements PoolEvent {}

  /**
   * Memory ran short, and the worker of this task was killed before the kernel had to choose one.
   * The attempt does not count; the task waits for its turn again. Told before the worker's death.
   *
   * @param task the number of the task
   * @param index the input's index within its run
   * @param attempt which attempt it was, from 1; the next has the same number
   * @param worker the worker's number
   * @param freeBytes how much memory was free
   * @param limitBytes what was to be free at least
   */
  record TaskPreempted(
      long task, int index, int attempt, int worker, long freeBytes, long limitBytes)
      implements PoolEvent {}

  /**
   * A task that is tried again waits until there is enough memory for it; it holds no worker.
   *
   * @param task the number of the task
   * @param index the input's index within its run
   * @param attempt which attempt waits, from 2
   * @param neededBytes how much it needs: the most that it was seen to hold before
   * @param freeBytes how much was free when that was last seen
   */
  record TaskWaitsForMemory(long task, int index, int attempt, long neededBytes, long freeBytes)
      implements PoolEvent {}

  /**
   * A worker holds more than {@code recycleAbove}: it gets nothing more, and leaves once it has
   * done what it has and its successor is ready.
   *
   * @param worker its number
   * @param heldBytes how much memory it holds
   * @param limitBytes how much it may
   */
  record WorkerGrown(int worker, long heldBytes, long limitBytes) implements PoolEvent {}

  /**
   * Memory is short where the workers run: while others are at work, no more tasks are started.
   *
   * @param freeBytes how much is free in the tightest place
   * @param limitBytes what should be free at least; less is short
   * @param totalBytes how much there is in that place
   * @param stalledPercent how much of the last ten seconds everything stood still for want of
   *     memory; 0 where nobody counts that
   * @param place the machine, or a control group with its path
   */
  record MemoryLow(
      long freeBytes, long limitBytes, long totalBytes, double stalledPercent, String place)
      implements PoolEvent {}

  /**
   * There is enough memory again.
   *
   * @param freeBytes how much is free in the tightest place
   * @param limitBytes what should be free at least
   * @param place the machine, or a control group with its path
   */
  record MemoryBack(long freeBytes, long limitBytes, String place) implements PoolEvent {}

  /**
   * The pool gave up, since its workers died early again and again.
   *
   * @param causes those deaths, the first ones first; at most ten
   */
  record PoolBroken(List<Diagnosis> causes) implements PoolEvent {
    /** Keeps a copy. */
    public PoolBroken {
      causes = List.copyOf(causes);
    }
  }

  /** The pool has ended: no worker, thread or file of it is left. */
  record PoolTerminated() implements PoolEvent {}
}
