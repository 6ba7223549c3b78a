package dev.outlive.internal.pool;

import dev.outlive.monitor.OutputLine;
import dev.outlive.monitor.OutputSink;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives lines to a sink, in order, on a thread of its own. Where the sink is slow, those who bring
 * lines wait a little for it; where it takes nothing in that time, lines are dropped and counted
 * until it takes one again. So it can neither fill the memory nor hold a worker up for long.
 */
final class SinkFeed {
  private static final Logger LOG = System.getLogger(SinkFeed.class.getName());
  private static final long MOST_BYTES = 8 << 20;
  private static final int LINE_OVERHEAD_BYTES = 100;

  /** For each so many nanoseconds gone by, one more may be waited for the sink. */
  private static final int WAITING_SHARE = 4;

  /** And never more at once than this. */
  private static final long PATIENCE_NANOS = 100_000_000;

  private final String pool;
  private final FeedThread thread;
  private final OutputSink sink;
  private final Deque<OutputLine> waiting = new ArrayDeque<>(); // all below: guarded by this
  private long waitingBytes;
  private long missed;
  private long patienceNanos = PATIENCE_NANOS;
  private long patienceAt = System.nanoTime();
  private boolean stuck;
  private boolean everDropped;
  private boolean everFailed;
  private boolean closed;

  SinkFeed(String pool, OutputSink sink) {
    this.pool = pool;
    this.sink = sink;
    this.thread = new FeedThread("outlive-" + pool + "-output", this::deliver);
  }

  synchronized void offer(OutputLine line) {
    awaitRoom();
    if (closed || waitingBytes >= MOST_BYTES) {
      missed++;
      warnOfDropping();
      return;
    }
    waiting.addLast(missed == 0 ? line : after(missed, line));
    missed = 0;
    waitingBytes += bytes(line);
    thread.start();
    notifyAll();
  }

  private void awaitRoom() {
    try {
      while (waitingBytes >= MOST_BYTES && !stuck && !closed) {
        long began = System.nanoTime();
        long grown = patienceNanos + (began - patienceAt) / WAITING_SHARE;
        patienceNanos = Math.min(PATIENCE_NANOS, grown);
        TimeUnit.NANOSECONDS.timedWait(this, patienceNanos);
        patienceAt = System.nanoTime();
        patienceNanos -= patienceAt - began;
        stuck = patienceNanos <= 0;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void warnOfDropping() {
    if (!everDropped && !closed) {
      everDropped = true;
      LOG.log(
          Level.WARNING,
          "pool \"{0}\": the output sink is {1} MiB behind; lines are dropped and counted",
          pool,
          MOST_BYTES >> 20);
    }
  }

  private static OutputLine after(long missed, OutputLine line) {
    return new OutputLine(
        line.worker(), line.task(), line.attempt(), line.stream(), line.text(), missed);
  }

  private static long bytes(OutputLine line) {
    return 2L * line.text().length() + LINE_OVERHEAD_BYTES;
  }

  private void deliver() {
    for (OutputLine line = next(); line != null; line = next()) {
      try {
        sink.line(line);
      } catch (Exception | Error e) { // also a checked one that was thrown sneakily
        failed(e);
      }
    }
  }

  private synchronized void failed(Throwable error) {
    if (!everFailed) {
      everFailed = true;
      LOG.log(
          Level.WARNING,
          "pool \"" + pool + "\": the output sink failed; this is logged once",
          error);
    }
  }

  private synchronized @Nullable OutputLine next() {
    while (waiting.isEmpty() && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        // the sink's leftover: it interrupted its own thread
      }
    }
    OutputLine line = waiting.pollFirst();
    if (line != null) {
      waitingBytes -= bytes(line);
      stuck = false;
      notifyAll();
    }
    return line;
  }

  /** Delivers what waits, for no longer than given; a sink that spins keeps its thread. */
  void close(long millis) {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    thread.awaitEnd(millis);
  }
}
