package dev.outlive.internal.pool;

import dev.outlive.internal.flight.FlightLog;
import dev.outlive.monitor.KilledTask;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.monitor.PoolListener;
import dev.outlive.task.Bytes;
import dev.outlive.task.TaskRecord;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What a pool tells of itself: to its log, to listeners, to the flight recorder, and to those who
 * ask for its last records. Where nobody listens and nothing is recorded, no event is made. Safe
 * for use by many threads; runs no code of the user's but the handlers of this program's log.
 */
public final class Chronicle {
  private static final Logger LOG = System.getLogger(Chronicle.class.getName());

  private final String pool;
  private final KilledTasks killed = new KilledTasks();
  private final TaskHistory history;
  private final EventFeed feed;
  private final FlightLog flight;
  private final Queue<PoolEvent> unlogged = new ConcurrentLinkedQueue<>();

  /**
   * Creates one.
   *
   * @param records how many records of ended tasks are kept
   */
  public Chronicle(String pool, int records, List<PoolListener> listeners) {
    this.pool = pool;
    this.history = new TaskHistory(records);
    this.feed = new EventFeed(pool, listeners);
    this.flight = new FlightLog(pool);
  }

  String pool() {
    return pool;
  }

  /** Whether anybody wants to know when tasks begin. */
  boolean followed() {
    return feed.isHeard() || flight.on();
  }

  void submitted(Ticket ticket) {
    if (feed.isHeard()) {
      feed.tell(new PoolEvent.TaskSubmitted(ticket.task, ticket.submission.name(), ticket.items()));
    }
  }

  /** A worker has come to an item. */
  void started(Ticket ticket, PoolEvent.TaskStarted event) {
    int index = ticket.index(event.index());
    if (flight.on()) {
      flight.started(event.task(), index);
    }
    feed.tell(new PoolEvent.TaskStarted(event.task(), index, event.attempt(), event.worker()));
  }

  void retried(Ticket ticket, PoolEvent.TaskRetried event) {
    LOG.log(Level.DEBUG, "pool \"{0}\": {1}", pool, event);
    feed.tell(
        new PoolEvent.TaskRetried(
            event.task(), ticket.index(event.index()), event.attempt(), event.cause()));
  }

  void preempted(Ticket ticket, PoolEvent.TaskPreempted event) {
    LOG.log(Level.DEBUG, "pool \"{0}\": {1}", pool, event);
    feed.tell(
        new PoolEvent.TaskPreempted(
            event.task(),
            ticket.index(event.index()),
            event.attempt(),
            event.worker(),
            event.freeBytes(),
            event.limitBytes()));
  }

  void waits(Ticket ticket, PoolEvent.TaskWaitsForMemory event) {
    LOG.log(
        Level.INFO,
        "pool \"{0}\": attempt {1} at task \"{2}\" waits until {3} of memory are free, now {4} are",
        pool,
        event.attempt(),
        ticket.submission.name(),
        new Bytes(event.neededBytes()),
        new Bytes(event.freeBytes()));
    feed.tell(
        new PoolEvent.TaskWaitsForMemory(
            event.task(),
            ticket.index(event.index()),
            event.attempt(),
            event.neededBytes(),
            event.freeBytes()));
  }

  /** An attempt was lost with its worker; on a user thread. */
  void lost(Ticket ticket, Effect.RecordLoss e) {
    killed.add(
        new KilledTask(
            ticket.submission.name(),
            ticket.describe(e.item()),
            e.task(),
            ticket.index(e.item()),
            e.attempt(),
            e.retried(),
            e.diagnosis()));
  }

  /** The last attempt at an item has ended; what came of it is told later. */
  void answered(Ticket ticket, int item) {
    if (flight.on()) {
      flight.answered(ticket.task, ticket.index(item));
    }
  }

  /** A worker leaves as it was asked to, and this happened before. */
  void parted(int worker, List<String> notes) {
    for (String note : notes) {
      LOG.log(Level.WARNING, "pool \"{0}\": worker {1} left, {2}", pool, worker, note);
    }
  }

  /** The outcome of an item is known; on a user thread. */
  void ended(long task, TaskRecord record) {
    history.add(record);
    if (flight.on()) {
      flight.ended(task, record);
    }
    if (feed.isHeard()) {
      feed.tell(new PoolEvent.TaskEnded(task, record));
    }
  }

  /** Items in a row have returned, and nobody hears of each; on a user thread. */
  void ended(RecordRow records) {
    history.add(records);
  }

  /** Whether each item that ends is to be told. */
  boolean tellsEnds() {
    return feed.isHeard() || flight.on();
  }

  /** Something has happened to the pool, or to a worker. */
  void tell(PoolEvent event) {
    if (event instanceof PoolEvent.WorkerDied died) {
      flight.died(died);
    }
    feed.tell(event);
    unlogged.add(event);
  }

  /**
   * Writes to this program's log what has happened. After all that follows from it: a log may be
   * slow, and callers wait for what has ended.
   */
  void writeLog() {
    for (PoolEvent next = unlogged.poll(); next != null; next = unlogged.poll()) {
      log(next);
    }
  }

  private void log(PoolEvent event) {
    switch (event) {
      case PoolEvent.WorkerDied died -> {
        Level level = died.asked() ? Level.DEBUG : Level.WARNING;
        LOG.log(level, "pool \"{0}\": {1}", pool, died.diagnosis().summary());
      }
      case PoolEvent.MemoryLow low ->
          LOG.log(
              Level.WARNING,
              "pool \"{0}\": memory runs short: {1} of {2} are free in {3}, {4} should be,"
                  + " everything stood still for {5} % of the last 10 s. While a task is at work no"
                  + " other starts; see memoryPolicy, workers and memoryPerWorker.",
              pool,
              new Bytes(low.freeBytes()),
              new Bytes(low.totalBytes()),
              low.place(),
              new Bytes(low.limitBytes()),
              low.stalledPercent());
      case PoolEvent.MemoryBack back ->
          LOG.log(
              Level.INFO,
              "pool \"{0}\": there is memory again: {1} are free in {2}",
              pool,
              new Bytes(back.freeBytes()),
              back.place());
      default -> LOG.log(Level.DEBUG, "pool \"{0}\": {1}", pool, event);
    }
  }

  /** Returns the last attempts that were lost with their worker, the oldest first. */
  public List<KilledTask> killedTasks() {
    return killed.list();
  }

  /** Returns the last records, the oldest first. */
  public List<TaskRecord> records() {
    return history.list();
  }

  /** Delivers to listeners what waits, for no longer than given. */
  void close(long millis) {
    feed.close(millis);
  }
}
