package dev.outlive.internal.pool;

import dev.outlive.policy.FullQueuePolicy;
import dev.outlive.task.Bytes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The room for tasks that wait for a worker: back-pressure for those who submit them. Whoever finds
 * none waits, first come, first served; so a large task is not passed over for ever.
 *
 * <p>All of it is guarded by the supervisor's lock, which a waiting caller gives up.
 */
final class QueueRoom {
  private final String pool;
  private final QueueLimit limit;
  private final ReentrantLock lock;
  private final Map<Long, Long> bytesByTask = new HashMap<>();
  private final Deque<Caller> callers = new ArrayDeque<>();
  private long bytesInAll;
  private boolean closed;

  /** Somebody who waits to submit a task. */
  private static final class Caller {
    final long task;
    final long bytes;
    final Condition told;
    boolean admitted;

    Caller(long task, long bytes, Condition told) {
      this.task = task;
      this.bytes = bytes;
      this.told = told;
    }
  }

  QueueRoom(String pool, QueueLimit limit, ReentrantLock lock) {
    this.pool = pool;
    this.limit = limit;
    this.lock = lock;
  }

  /**
   * Takes room for a task, and waits for it if need be; returns at once when closed.
   *
   * @throws RejectedExecutionException if there is none and nobody is to wait
   * @throws InterruptedException if the caller is interrupted while it waits
   */
  void take(long task, long bytes) throws InterruptedException {
    if (closed || (callers.isEmpty() && fits(bytes))) {
      admit(task, bytes);
    } else if (limit.whenFull() == FullQueuePolicy.REJECT) {
      throw new RejectedExecutionException(full(bytes));
    } else {
      await(new Caller(task, bytes, lock.newCondition()));
    }
  }

  private void await(Caller caller) throws InterruptedException {
    callers.addLast(caller);
    try {
      while (!caller.admitted && !closed) {
        caller.told.await();
      }
    } catch (InterruptedException e) {
      leave(caller.task);
      throw e;
    } finally {
      callers.remove(caller);
      admitNext();
    }
  }

  /** The task waits no more: it was given to a worker, or is over. */
  void leave(long task) {
    Long bytes = bytesByTask.remove(task);
    if (bytes != null) {
      bytesInAll -= bytes;
      admitNext();
    }
  }

  private void admitNext() {
    while (!callers.isEmpty() && fits(callers.getFirst().bytes)) {
      Caller next = callers.removeFirst();
      next.admitted = true;
      admit(next.task, next.bytes);
      next.told.signal();
    }
  }

  private void admit(long task, long bytes) {
    bytesByTask.put(task, bytes);
    bytesInAll += bytes;
  }

  private boolean fits(long bytes) {
    int tasks = bytesByTask.size();
    return tasks == 0 || (tasks < limit.tasks() && bytesInAll + bytes <= limit.bytes());
  }

  private String full(long bytes) {
    return "pool \""
        + pool
        + "\": the queue is full: "
        + bytesByTask.size()
        + " tasks with "
        + new Bytes(bytesInAll)
        + " wait, the limit is "
        + limit.tasks()
        + " tasks and "
        + new Bytes(limit.bytes())
        + "; this one has "
        + new Bytes(bytes)
        + ". Submit later, raise queueLimit, or wait with whenQueueFull(BLOCK)";
  }

  /** The pool takes no more tasks: whoever waits goes on, to be told so. */
  void close() {
    if (!closed) {
      closed = true;
      callers.forEach(caller -> caller.told.signal());
    }
  }
}
