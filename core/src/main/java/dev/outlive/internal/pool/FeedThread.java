package dev.outlive.internal.pool;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The daemon thread of a feed: started with the first thing to deliver. Safe for many threads. */
final class FeedThread {
  private static final Logger LOG = System.getLogger(FeedThread.class.getName());

  private final String name;
  private final Runnable body;
  private @Nullable Thread thread; // guarded by this

  FeedThread(String name, Runnable body) {
    this.name = name;
    this.body = body;
  }

  /** Starts it unless it was; where the machine has no thread left, the next call tries again. */
  synchronized void start() {
    try {
      if (thread == null) {
        thread = Thread.ofPlatform().daemon().name(name).start(body);
      }
    } catch (OutOfMemoryError noThread) {
      LOG.log(Level.DEBUG, "no thread {0} is to be had now", name);
    }
  }

  /** Waits for its end, for no longer than given; on itself, not at all. */
  void awaitEnd(long millis) {
    Thread last;
    synchronized (this) {
      last = thread;
    }
    if (last != null && !last.equals(Thread.currentThread())) {
      try {
        TimeUnit.MILLISECONDS.timedJoin(last, millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
