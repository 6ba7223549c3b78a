package dev.outlive.internal.pool;

import dev.outlive.monitor.PoolEvent;
import dev.outlive.monitor.PoolListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells listeners what happened, in order, on a thread of its own. A listener that falls behind
 * loses the oldest events and nothing else: it can neither slow the pool down nor fill its memory.
 * Events of single tasks and all others have their own limits, so that many tasks hide no death.
 */
final class EventFeed {
  private static final Logger LOG = System.getLogger(EventFeed.class.getName());
  private static final int MOST_WAITING = 10_000;

  private final String pool;
  private final FeedThread thread;
  private final List<PoolListener> listeners;
  private final Deque<Told> ofTasks = new ArrayDeque<>(); // guarded by this
  private final Deque<Told> others = new ArrayDeque<>(); // guarded by this
  private long count; // guarded by this
  private boolean dropping; // guarded by this
  private boolean failed; // listener's thread only
  private boolean closed; // guarded by this

  EventFeed(String pool, List<PoolListener> listeners) {
    this.pool = pool;
    this.listeners = listeners;
    this.thread = new FeedThread("outlive-" + pool + "-listener", this::deliver);
  }

  /** An event and its place in the order. */
  private record Told(long number, PoolEvent event) {}

  /** Whether anybody listens. */
  boolean isHeard() {
    return !listeners.isEmpty();
  }

  synchronized void tell(PoolEvent event) {
    if (listeners.isEmpty() || closed) {
      return;
    }
    Deque<Told> waiting = event.ofTask() ? ofTasks : others;
    if (waiting.size() == MOST_WAITING) {
      waiting.removeFirst();
      if (!dropping) {
        dropping = true;
        LOG.log(
            Level.WARNING,
            "pool \"{0}\": a listener is {1} events behind; the oldest are dropped",
            pool,
            MOST_WAITING);
      }
    }
    waiting.addLast(new Told(count++, event));
    thread.start();
    notifyAll();
  }

  private void deliver() {
    for (PoolEvent event = next(); event != null; event = next()) {
      for (PoolListener listener : listeners) {
        try {
          listener.on(event);
        } catch (Exception | Error e) { // also a checked one that was thrown sneakily
          LOG.log(
              failed ? Level.DEBUG : Level.WARNING,
              "pool \"{0}\": a listener failed on {1}: {2}; further failures are logged at DEBUG",
              pool,
              event,
              e);
          failed = true;
        }
      }
    }
  }

  private synchronized @Nullable PoolEvent next() {
    while (isEmpty() && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        // a listener's leftover: it interrupted its own thread
      }
    }
    dropping &= !isEmpty();
    if (isEmpty()) {
      notifyAll();
      return null;
    }
    return older().removeFirst().event;
  }

  private boolean isEmpty() {
    return ofTasks.isEmpty() && others.isEmpty();
  }

  /** Those of which the first is the oldest of all; guarded by this. */
  private Deque<Told> older() {
    Told task = ofTasks.peekFirst();
    Told other = others.peekFirst();
    return other == null || (task != null && task.number < other.number) ? ofTasks : others;
  }

  /** Delivers what waits, for no longer than given. */
  void close(long millis) {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    thread.awaitEnd(millis);
  }
}
