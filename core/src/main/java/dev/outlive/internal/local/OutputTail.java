package dev.outlive.internal.local;

import java.nio.charset.StandardCharsets;

/**
 * Keeps the end of what a worker writes to stdout and stderr, and lets the rest go. Filled by one
 * thread, read by any.
 */
final class OutputTail {
  private static final int KEPT_BYTES = 64 << 10;

  private final byte[] ring = new byte[KEPT_BYTES]; // guarded by this
  private long written; // guarded by this

  synchronized void add(byte[] bytes, int from, int to) {
    int next = Math.max(from, to - KEPT_BYTES);
    written += next - from;
    while (next < to) {
      int at = (int) (written % KEPT_BYTES);
      int count = Math.min(to - next, KEPT_BYTES - at);
      System.arraycopy(bytes, next, ring, at, count);
      next += count;
      written += count;
    }
  }

  /** Returns the last of it, at most that many bytes, as text. */
  synchronized String last(int bytes) {
    int length = (int) Math.min(Math.min(written, bytes), KEPT_BYTES);
    byte[] tail = new byte[length];
    for (int i = 0; i < length; i++) {
      tail[i] = ring[(int) ((written - length + i) % KEPT_BYTES)];
    }
    return new String(tail, StandardCharsets.UTF_8);
  }
}
