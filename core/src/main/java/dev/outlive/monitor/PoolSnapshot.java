package dev.outlive.monitor;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a pool was doing at one moment. The counts belong together: they were taken under one lock.
 *
 * @param name the pool's name
 * @param state the pool's state
 * @param queued how many tasks and inputs wait for a worker, those that wait for a retry included
 * @param running how many tasks and inputs are at a worker
 * @param done how many have returned
 * @param failed how many have failed for good: threw, died, timed out, skipped
 * @param cancelled how many were cancelled, or ended with their run or pool
 * @param retried how many attempts were made again
 * @param deaths how many workers have died without being asked to leave
 * @param workers a row for each worker
 */
public record PoolSnapshot(
    String name,
    State state,
    long queued,
    long running,
    long done,
    long failed,
    long cancelled,
    long retried,
    long deaths,
    List<Worker> workers) {

  /** The states of a pool, in their order. */
  public enum State {
    /** Takes tasks. */
    OPEN,
    /** Takes no more tasks and finishes those it has. */
    DRAINING,
    /** Ends its work: shut down now, aborted or broken. */
    STOPPING,
    /** Has ended; no worker is left. */
    TERMINATED
  }

  /**
   * One worker.
   *
   * @param number its number in the pool, from 1
   * @param pid its process id; empty while it starts
   * @param state what it is doing
   * @param task the number of the task that it has; empty if it has none
   * @param tasksDone how many tasks and inputs it has finished
   */
  public record Worker(
      int number, OptionalLong pid, WorkerState state, OptionalLong task, long tasksDone) {}

  /** The states of a worker. */
  public enum WorkerState {
    /** Its process was started and has not said that it is ready. */
    STARTING,
    /** It waits for work. */
    IDLE,
    /** It runs a task. */
    BUSY,
    /** It was asked to leave. */
    LEAVING,
    /** It was killed, or the first notice of its death has come. */
    DYING
  }
}
