package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.ExitCode;
import dev.outlive.internal.protocol.FrameWriter;
import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.MessageCodec;
import dev.outlive.internal.protocol.Unsent;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The way from a worker to its pool: for the answers of the task thread, and for whichever thread
 * needs a class. Each message is whole. Safe for use by many threads.
 *
 * <p>The answers of short tasks leave many at a time: when the task thread has nothing more to do,
 * when there are too many, or when a thread of this class's own comes by, a millisecond after the
 * next task has begun. Until then they are in the page, where the pool finds them if the worker
 * dies.
 */
final class AnswerLink {
  private static final long LATEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final FrameWriter writer; // guarded by this
  private final long maxResultBytes;
  private volatile @Nullable Runnable whenBroken;
  private volatile boolean unsent; // changed under this
  private volatile boolean awake; // the sender comes by on its own
  private volatile boolean rowOpen; // changed under this
  private volatile int ticks;
  private @Nullable ResultRow row; // guarded by this
  private @Nullable Thread sender; // task thread only

  AnswerLink(OutputStream out, long maxResultBytes) {
    this.writer = new FrameWriter(out);
    this.maxResultBytes = maxResultBytes;
  }

  long maxResultBytes() {
    return maxResultBytes;
  }

  /** From now on there is a place that outlives this process for what is not yet sent. */
  synchronized void keepUnsent(Unsent place) {
    writer.keepIn(place);
  }

  /** Results in a row begin, and are sent with all else from now on. */
  synchronized void begin(ResultRow results, long delivery, int place, int item, long now) {
    results.begin(delivery, place, item, now);
    row = results;
    rowOpen = true;
  }

  /** No more results come in this row. */
  synchronized void endRow() {
    ResultRow results = row;
    if (results != null) {
      addRow();
      results.end();
      row = null;
      rowOpen = false;
    }
  }

  private void addRow() {
    Message.ToPool results = row == null ? null : row.take();
    if (results != null) {
      add(results);
    }
  }

  /** Sends a message now; a pool that is not there to take it is the end of the worker. */
  synchronized void send(Message.ToPool message) {
    add(message);
    flush();
  }

  /** Sends a message when {@link #flush} or {@link #flushSoon} is called, or before. */
  synchronized void add(Message.ToPool message) {
    try {
      writer.add(MessageCodec.encode(message));
      unsent = writer.holds();
    } catch (IOException e) {
      broken();
    }
  }

  /** Sends what was added. */
  void flush() {
    if (unsent) {
      flushAll();
    }
  }

  private synchronized void flushAll() {
    addRow();
    try {
      writer.flush();
      unsent = false;
    } catch (IOException e) {
      broken();
    }
  }

  private void broken() {
    Runnable end = whenBroken;
    if (end != null) {
      end.run();
    }
    Runtime.getRuntime().halt(ExitCode.POOL_GONE);
  }

  /** Has what was added sent within a millisecond or two, whatever the task thread is at. */
  void flushSoon() {
    if ((unsent || rowOpen) && !awake) {
      awake = true;
      if (sender == null) {
        startSender();
      } else {
        LockSupport.unpark(sender);
      }
    }
  }

  private void startSender() {
    try {
      sender = Thread.ofPlatform().daemon().name("outlive-answers").start(this::comeBy);
    } catch (OutOfMemoryError noThread) { // a task has them all
      awake = false;
      flushAll();
    }
  }

  /** Rises by one with each millisecond, more or less, after {@link #flushSoon}. */
  int ticks() {
    return ticks;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // by this thread alone
  private void comeBy() {
    while (true) {
      LockSupport.parkNanos(this, LATEST_NANOS);
      Thread.interrupted(); // whoever interrupts all threads must not make it spin
      ticks++;
      if (unsent || rowOpen) {
        flushAll();
      } else {
        awake = false; // before the look: what is added after it wakes this thread
        while (!awake && !unsent && !rowOpen) {
          LockSupport.park(this);
          Thread.interrupted();
        }
        awake = true;
      }
    }
  }

  /** Has something else done when the link is broken than to halt at once; it must halt too. */
  void onBroken(Runnable end) {
    whenBroken = end;
  }
}
