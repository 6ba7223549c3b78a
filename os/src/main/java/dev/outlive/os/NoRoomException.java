package dev.outlive.os;

import java.io.IOException;
import java.util.Locale;

/** There is no room for a file of that size; the message has the numbers, and what to do. */
public final class NoRoomException extends IOException {
  private static final long serialVersionUID = 1;

  NoRoomException(long wantedBytes, long freeBytes, String place, String cure) {
    super(
        String.format(
            Locale.ROOT,
            "no room for %,d bytes of shared memory: %s has %,d bytes free. %s",
            wantedBytes,
            place,
            Math.max(0, freeBytes),
            cure));
  }
}
