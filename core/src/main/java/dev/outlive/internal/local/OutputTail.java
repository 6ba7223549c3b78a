package dev.outlive.internal.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;

/**
 * Keeps the end of what a worker writes to stdout and stderr, and lets the rest go: a flood of
 * output neither blocks the task nor fills a disk. Filled by one thread, read by any.
 */
final class OutputTail {
  private static final int KEPT_BYTES = 64 << 10;

  private final byte[] ring = new byte[KEPT_BYTES]; // guarded by this
  private long written; // guarded by this

  /** Takes all that comes until the stream ends. */
  void readFrom(InputStream in) {
    byte[] buffer = new byte[8 << 10];
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        add(buffer, n);
      }
    } catch (IOException e) {
      // the worker is gone, and its end of the pipe with it
    }
  }

  private synchronized void add(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      ring[(int) (written++ % KEPT_BYTES)] = bytes[i];
    }
  }

  /** Returns the last of it, at most that many bytes, as text. */
  synchronized String last(int bytes) {
    int length = (int) Math.min(Math.min(written, bytes), KEPT_BYTES);
    byte[] tail = new byte[length];
    for (int i = 0; i < length; i++) {
      tail[i] = ring[(int) ((written - length + i) % KEPT_BYTES)];
    }
    return new String(tail, Charset.forName(System.getProperty("native.encoding", "UTF-8")));
  }
}
