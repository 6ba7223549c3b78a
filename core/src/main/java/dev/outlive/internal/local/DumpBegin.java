package dev.outlive.internal.local;

import java.nio.charset.StandardCharsets;

/**
 * Recognises how HotSpot begins a thread dump: a line that is the time, and behind it {@code Full
 * thread dump}. There may be half a line of the task's before it.
 */
final class DumpBegin {
  /** 0 stands for any digit. */
  private static final byte[] WORDS =
      "0000-00-00 00:00:00\nFull thread dump ".getBytes(StandardCharsets.US_ASCII);

  static final int LENGTH = WORDS.length;

  private DumpBegin() {}

  /**
   * Returns how many bytes, up to and with this one, are how a dump begins.
   *
   * @param before what this returned for the byte before it, less than {@link #LENGTH}
   */
  static int matched(byte[] bytes, int at, int before) {
    for (int length = before + 1; length > 0; length--) {
      if (begins(bytes, at + 1 - length, length)) {
        return length;
      }
    }
    return 0;
  }

  private static boolean begins(byte[] bytes, int from, int length) {
    // From the end: most bytes of most output fail at once.
    for (int i = length - 1; i >= 0; i--) {
      byte b = bytes[from + i];
      boolean digit = b >= '0' && b <= '9';
      if (WORDS[i] == '0' ? !digit : b != WORDS[i]) {
        return false;
      }
    }
    return true;
  }
}
