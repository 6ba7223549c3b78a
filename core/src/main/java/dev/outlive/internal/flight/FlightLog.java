package dev.outlive.internal.flight;

import dev.outlive.monitor.PoolEvent;
import dev.outlive.task.TaskRecord;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.jfr.FlightRecorder;

/**
 * The flight recorder's view of a pool: one {@code outlive.Task} for each task or input that has
 * ended, one {@code outlive.WorkerDeath} for each worker. Safe for use by many threads.
 *
 * <p>The event classes are loaded once there is a recording in this process, and none of jdk.jfr
 * where that module is missing. What has to do with single tasks is called while this is {@link
 * #on}.
 */
public final class FlightLog {
  private static final boolean PRESENT = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  /** One item of one task. */
  private record Item(long task, int index) {}

  private final String pool;
  private final Map<Item, TaskFlight> running = new ConcurrentHashMap<>();

  /** Creates one for a pool of that name. */
  public FlightLog(String pool) {
    this.pool = pool;
  }

  /** Whether tasks are being recorded. */
  public boolean on() {
    return PRESENT && FlightRecorder.isInitialized() && TaskFlight.isWanted();
  }

  /** A worker has come to an item. */
  public void started(long task, int index) {
    TaskFlight event = new TaskFlight();
    event.begin();
    running.put(new Item(task, index), event);
  }

  /** The last attempt at an item has ended. */
  public void answered(long task, int index) {
    TaskFlight event = running.get(new Item(task, index));
    if (event != null) {
      event.end();
    }
  }

  /** The outcome of an item is known. */
  public void ended(long task, TaskRecord record) {
    TaskFlight begun = running.remove(new Item(task, record.index()));
    TaskFlight event = begun == null ? new TaskFlight() : begun;
    if (event.shouldCommit()) {
      event.tell(pool, task, record);
    }
  }

  /** A worker has ended; to be called whether this is on or not. */
  public void died(PoolEvent.WorkerDied death) {
    if (PRESENT && FlightRecorder.isInitialized()) {
      WorkerDeathFlight event = new WorkerDeathFlight();
      if (event.shouldCommit()) {
        event.tell(pool, death);
      }
    }
  }
}
