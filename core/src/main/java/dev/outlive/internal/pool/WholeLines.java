package dev.outlive.internal.pool;

import java.util.Arrays;

/**
 * Holds the beginning of a line back until its end has come, or there is too much of it. Confined
 * to one thread.
 */
final class WholeLines {
  /** Takes a number of whole lines, with their ends. */
  @FunctionalInterface
  interface Taker {
    void take(byte[] bytes, int from, int to);
  }

  private static final int MOST_BYTES = 64 << 10;
  private static final int FIRST_BYTES = 256;

  private byte[] held = {};
  private int holding;

  void add(byte[] bytes, int from, int to, Taker taker) {
    int end = afterLastLineEnd(bytes, from, to);
    int next = from;
    if (end > from && holding > 0) {
      next = afterFirstLineEnd(bytes, from);
      hold(bytes, from, next, taker);
      flush(taker);
    }
    if (next < end) {
      taker.take(bytes, next, end);
    }
    hold(bytes, Math.max(next, end), to, taker);
  }

  /** Gives out the line that has no end, if there is one. */
  void flush(Taker taker) {
    if (holding > 0) {
      int length = holding;
      holding = 0;
      taker.take(held, 0, length);
    }
  }

  private void hold(byte[] bytes, int from, int to, Taker taker) {
    int next = from;
    while (next < to) {
      int count = Math.min(to - next, MOST_BYTES - holding);
      if (holding + count > held.length) {
        int wanted = Math.max(FIRST_BYTES, Math.max(holding + count, 2 * held.length));
        held = Arrays.copyOf(held, Math.min(MOST_BYTES, wanted));
      }
      System.arraycopy(bytes, next, held, holding, count);
      holding += count;
      next += count;
      if (holding == MOST_BYTES) {
        flush(taker);
      }
    }
  }

  private static int afterLastLineEnd(byte[] bytes, int from, int to) {
    int at = to;
    while (at > from && bytes[at - 1] != '\n') {
      at--;
    }
    return at;
  }

  private static int afterFirstLineEnd(byte[] bytes, int from) {
    int at = from;
    while (bytes[at] != '\n') {
      at++;
    }
    return at + 1;
  }
}
