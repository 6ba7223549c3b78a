package dev.outlive.internal.worker;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The processor time that the task thread spends on items, from {@code /proc/thread-self/schedstat}
 * (sched-stats in the kernel's documentation), which the kernel brings up to date once a tick.
 * Confined to that thread.
 *
 * <p>A reading costs 2 us, a third of the shortest tasks. So an item begins with the last reading
 * if that is no older than a millisecond, and only one that ran for ten or more is read at its end:
 * thousands of short ones share a reading. A JVM's own bean would load java.management, 24 ms in
 * each worker, and may be missing.
 */
final class ThreadCpu {
  private static final String SCHEDSTAT = "/proc/thread-self/schedstat";
  private static final long STALE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** What ran for less has its run time instead, the most that it can have used. */
  static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  static final long UNKNOWN = -1;

  private final byte[] text = new byte[96];
  private @Nullable RandomAccessFile file; // no channel: an interrupt of the task would close it
  private boolean missing;
  private long readAt = System.nanoTime() - STALE_NANOS;
  private long base;

  /** An item begins. */
  void begin(long now) {
    if (now - readAt >= STALE_NANOS) {
      base = read();
      readAt = now;
    }
  }

  /** What the item that began last has used of the time that it ran, or {@link #UNKNOWN}. */
  long used(long ranNanos) {
    if (missing || ranNanos < SHORT_NANOS) {
      return missing ? UNKNOWN : ranNanos;
    }
    long now = read();
    long used = missing ? UNKNOWN : Math.clamp(now - base, 0, ranNanos);
    base = now;
    readAt = System.nanoTime();
    return used;
  }

  /** Closes the file; all is unknown from now on. */
  void close() {
    missing = true;
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      // it was only read
    }
  }

  private long read() {
    if (missing) {
      return 0;
    }
    try {
      RandomAccessFile open = file;
      if (open == null) {
        open = new RandomAccessFile(SCHEDSTAT, "r");
        file = open;
      }
      open.seek(0);
      return number(text, open.read(text));
    } catch (IOException noSuchFile) {
      missing = true;
      return 0;
    }
  }

  /** The first of the numbers. */
  private static long number(byte[] text, int length) throws IOException {
    long value = 0;
    for (int i = 0; i < length && text[i] != ' '; i++) {
      if (text[i] < '0' || text[i] > '9') {
        throw new IOException("no number in " + SCHEDSTAT);
      }
      value = value * 10 + (text[i] - '0');
    }
    return value;
  }
}
