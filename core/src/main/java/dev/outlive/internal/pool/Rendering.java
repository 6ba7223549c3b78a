package dev.outlive.internal.pool;

import org.jspecify.annotations.Nullable;

/** Values in words, for messages: bounded, and never an exception. */
final class Rendering {
  private static final int LONGEST = 200;

  private Rendering() {}

  /** Runs the value's {@code toString}: on user threads only. */
  static String of(@Nullable Object value) {
    String text;
    try {
      text = String.valueOf(value);
    } catch (RuntimeException | Error e) {
      text = "a " + (value == null ? "null" : value.getClass().getName()) + " whose toString fails";
    }
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
  }
}
