package dev.outlive.monitor;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Diagnosis;
import java.util.List;

/**
 * Something that happened in a pool. More kinds will come: a {@code switch} needs a default branch.
 */
public sealed interface PoolEvent {
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
