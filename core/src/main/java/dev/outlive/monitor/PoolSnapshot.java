package dev.outlive.monitor;

import dev.outlive.failure.Cause;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a pool was doing at one moment. The counts belong together: they were taken under one lock.
 *
 * @param name the pool's name
 * @param state the pool's state
 * @param queued how many tasks and inputs wait, those at a worker behind others and those that wait
 *     for a retry included
 * @param running how many tasks and inputs workers are at; at most one for each worker
 * @param done how many have returned
 * @param failed how many have failed for good: threw, died, timed out, skipped
 * @param cancelled how many were cancelled, or ended with their run or pool
 * @param retried how many attempts were made again
 * @param deaths how many workers have died without being asked to leave
 * @param lost how many attempts at tasks were lost with their worker, by cause; those that were
 *     preempted too, which do not count against their task. Causes without any are not in it
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
    Map<Cause, Long> lost,
    List<Worker> workers) {

  /** Keeps copies. */
  public PoolSnapshot {
    lost = Map.copyOf(lost);
    workers = List.copyOf(workers);
  }

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
   * @param work what it is at; empty if that is nothing that anybody waits for
   * @param residentBytes what was resident of it when the pool last looked, once a second at least,
   *     as {@code memoryPerWorker} counts: with all that its task has started, without mapped files
   *     and shared segments; empty where it has not looked yet, or cannot
   * @param tasksDone how many tasks and inputs it has finished
   */
  public record Worker(
      int number,
      OptionalLong pid,
      WorkerState state,
      Optional<Work> work,
      OptionalLong residentBytes,
      long tasksDone) {
    /** Returns the number of the task that it is at, if any. */
    public OptionalLong task() {
      return work.isPresent() ? OptionalLong.of(work.get().task()) : OptionalLong.empty();
    }
  }

  /**
   * What a worker is at.
   *
   * @param task the number of the task, from 1
   * @param name the task's name: given, or that of its function
   * @param index the input's index within its run, from 0; 0 for a single task
   * @param attempt which attempt it is, from 1
   * @param runningFor since how long it is the next thing that the worker does
   * @param progressDone how much is done, as the task tells; 0 or more
   * @param progressTotal how much there is to do, as the task tells; 0: not told
   */
  public record Work(
      long task,
      String name,
      int index,
      int attempt,
      Duration runningFor,
      long progressDone,
      long progressTotal) {}

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

  /** Returns name, state and counts in one line. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "pool \"%s\" %s: %d running, %d queued, %d done, %d failed, %d cancelled, %d retried,"
            + " %d of %d worker processes busy, %d deaths",
        name,
        state,
        running,
        queued,
        done,
        failed,
        cancelled,
        retried,
        workers.stream().filter(worker -> worker.state() == WorkerState.BUSY).count(),
        workers.size(),
        deaths);
  }

  /** Returns that line and a table of the workers, for a status page or a terminal. */
  public String toTable() {
    return StatusTable.of(this);
  }
}
