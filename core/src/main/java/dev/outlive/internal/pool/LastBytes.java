package dev.outlive.internal.pool;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The last bytes of a stream of text, as many as are allowed. Confined to one thread. */
final class LastBytes {
  private static final int FIRST_BYTES = 256;

  private final int most;
  private byte[] ring;
  private long written;

  LastBytes(int most) {
    this.most = most;
    this.ring = new byte[Math.min(FIRST_BYTES, most)];
  }

  void add(byte[] bytes, int from, int to) {
    int next = Math.max(from, to - most);
    written += next - from;
    makeRoom(to - next);
    while (next < to) {
      int at = (int) (written % ring.length);
      int count = Math.min(to - next, ring.length - at);
      System.arraycopy(bytes, next, ring, at, count);
      next += count;
      written += count;
    }
  }

  /** Until it has its full size the ring has never come round. */
  private void makeRoom(int more) {
    if (ring.length < most && written + more > ring.length) {
      long wanted = Math.max(written + more, 2L * ring.length);
      byte[] larger = new byte[(int) Math.min(most, wanted)];
      int kept = (int) Math.min(written, ring.length);
      System.arraycopy(ring, 0, larger, 0, kept);
      ring = larger;
    }
  }

  boolean endsLine() {
    return written == 0 || ring[(int) ((written - 1) % ring.length)] == '\n';
  }

  /** Returns how many bytes are not in the text. */
  long dropped() {
    return written - kept().length;
  }

  String text() {
    return new String(kept(), StandardCharsets.UTF_8);
  }

  /** What is there, without a line that lost its beginning, if another one follows it. */
  private byte[] kept() {
    int length = (int) Math.min(written, ring.length);
    byte[] last = new byte[length];
    int at = (int) ((written - length) % ring.length);
    int first = Math.min(length, ring.length - at);
    System.arraycopy(ring, at, last, 0, first);
    System.arraycopy(ring, 0, last, first, length - first);
    return written == length ? last : Arrays.copyOfRange(last, wholeFrom(last), length);
  }

  private static int wholeFrom(byte[] bytes) {
    for (int i = 0; i < bytes.length - 1; i++) {
      if (bytes[i] == '\n') {
        return i + 1;
      }
    }
    int from = 0;
    while (from < bytes.length && (bytes[from] & 0xC0) == 0x80) {
      from++; // the rest of a character
    }
    return from;
  }
}
