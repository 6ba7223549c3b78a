package dev.outlive.internal.protocol;

import dev.outlive.task.TaskStream;

/**
 * Stands between the bytes that a worker prints and says whose are those that follow. Each marker
 * says it all, so that after one that was lost or forged the next is right again.
 *
 * <pre>
 *   0      1               9        10                   17
 *   | 0x1E |     token     | stream |      delivery      |
 * </pre>
 *
 * <p>The token is a number that only the pool and this worker know; the stream is {@code o} or
 * {@code e}; the delivery is 0 between two deliveries. A marker is written in one piece, which the
 * kernel does not mix with what others write (pipe(7), PIPE_BUF).
 */
public final class OutputMarker {
  /** The length of a marker. */
  public static final int BYTES = 17;

  /** Its first byte: "record separator", which text hardly has. */
  public static final byte START = 0x1E;

  private static final int STREAM = 9;
  private static final int DELIVERY = 10;

  private OutputMarker() {}

  /** Puts a marker into the bytes and returns where it ends. */
  public static int put(byte[] into, int at, long token, TaskStream stream, long delivery) {
    into[at] = START;
    for (int i = 1; i < STREAM; i++) {
      into[at + i] = tokenByte(token, i);
    }
    into[at + STREAM] = (byte) (stream == TaskStream.OUT ? 'o' : 'e');
    for (int i = DELIVERY; i < BYTES; i++) {
      into[at + i] = (byte) (delivery >>> (8 * (BYTES - 1 - i)));
    }
    return at + BYTES;
  }

  /** Returns whether these bytes are a marker, or the beginning of one. */
  public static boolean mayBegin(byte[] bytes, int from, int to, long token) {
    int known = Math.min(to - from, STREAM + 1);
    for (int i = 0; i < known; i++) {
      byte found = bytes[from + i];
      boolean fits =
          i == 0
              ? found == START
              : i < STREAM ? found == tokenByte(token, i) : found == 'o' || found == 'e';
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  /** Returns the stream that a whole marker names. */
  public static TaskStream stream(byte[] bytes, int at) {
    return bytes[at + STREAM] == 'o' ? TaskStream.OUT : TaskStream.ERR;
  }

  /** Returns the delivery that a whole marker names. */
  public static long delivery(byte[] bytes, int at) {
    long delivery = 0;
    for (int i = DELIVERY; i < BYTES; i++) {
      delivery = delivery << 8 | (bytes[at + i] & 0xFF);
    }
    return delivery;
  }

  private static byte tokenByte(long token, int place) {
    return (byte) (token >>> (8 * (STREAM - 1 - place)));
  }
}
