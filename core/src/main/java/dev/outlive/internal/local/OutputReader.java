package dev.outlive.internal.local;

import dev.outlive.spi.OutputObserver;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a worker prints, until its end. A flood is read as fast as it comes; where little
 * comes it waits a moment before it reads again, so that a task's markers do not cost a switch of
 * threads each. Run by one thread; the tail may be asked for by any.
 */
final class OutputReader {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int MUCH_BYTES = 16 << 10;
  private static final long SHORTEST_WAIT_NANOS = 50_000;
  private static final long LONGEST_WAIT_NANOS = 2_000_000;

  private final OutputTail tail = new OutputTail();
  private final OutputSplitter splitter;
  private final DumpFilter dumps;
  private volatile @Nullable Thread thread;
  private volatile boolean hurried;

  /**
   * Creates one.
   *
   * @param token the worker's; 0: it writes no markers
   */
  OutputReader(long token, OutputObserver observer) {
    this.splitter = new OutputSplitter(token, tail, observer);
    this.dumps =
        new DumpFilter((bytes, offset, length) -> splitter.add(bytes, offset, offset + length));
  }

  /** Returns a number that no text has by chance; 0 is none. */
  static long newToken() {
    return ThreadLocalRandom.current().nextLong() | 1;
  }

  /** Takes all that comes until the stream ends. */
  void readFrom(InputStream in) {
    thread = Thread.currentThread();
    byte[] buffer = new byte[BUFFER_BYTES];
    long wait = 0;
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        dumps.accept(buffer, 0, n);
        wait = n >= MUCH_BYTES ? 0 : Math.clamp(2 * wait, SHORTEST_WAIT_NANOS, LONGEST_WAIT_NANOS);
        if (wait > 0 && !hurried) {
          LockSupport.parkNanos(this, wait);
        }
      }
    } catch (IOException e) {
      // the worker is gone, and its end of the pipe with it
    }
    dumps.end();
    splitter.end();
  }

  /** Returns where thread dumps are taken out before the rest is looked at. */
  DumpFilter dumps() {
    return dumps;
  }

  /** The worker is gone: there is nothing to be gained by waiting. */
  void hurry() {
    hurried = true;
    LockSupport.unpark(thread);
  }

  /** Returns the end of it, without the markers. */
  OutputTail tail() {
    return tail;
  }
}
