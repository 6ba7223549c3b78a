package dev.outlive.internal.protocol;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * What a worker has said and not yet written to its link, kept in its page: so it can write many
 * answers at once, and its death loses none of them. The link's bytes are counted from its first
 * one on; the pool knows how many it has read, and continues here where the link has ended.
 *
 * <pre>
 *   0                  32                64
 *   | bytes written    | bytes kept here |  the bytes
 *   | (modulo 2^32)    |                 |
 * </pre>
 *
 * <p>One thread at a time in the worker, any in the pool.
 */
public final class Unsent {
  private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();
  private static final long LOW = 0xFFFF_FFFFL;

  private final MemorySegment place;

  /** The worker's own. */
  private long written;

  private int kept;

  Unsent(MemorySegment place) {
    this.place = place;
  }

  /** Returns how many bytes can be kept. */
  int capacity() {
    return (int) place.byteSize() - Long.BYTES;
  }

  /**
   * Keeps the bytes from the last kept one up to {@code to}; for the worker.
   *
   * @param buffer what will be written next, from its start
   */
  void keep(byte[] buffer, int to) {
    MemorySegment.copy(
        buffer, kept, place, ValueLayout.JAVA_BYTE, (long) Long.BYTES + kept, to - kept);
    kept = to;
    WORD.setRelease(place, 0L, word());
  }

  /** So many bytes more were written to the link: all that was kept, or more; for the worker. */
  void written(long bytes) {
    written += bytes;
    kept = 0;
    WORD.setRelease(place, 0L, word());
  }

  private long word() {
    return written << 32 | kept;
  }

  /**
   * Returns what is kept beyond the bytes that were read; nothing if what the page says of it
   * cannot be. For the pool, once the link has ended.
   */
  public byte[] after(long read) {
    long word = (long) WORD.getAcquire(place, 0L);
    long length = word & LOW;
    long left = ((word >>> 32) + length - read) & LOW;
    if (length > capacity() || left == 0 || left > length) {
      return new byte[0];
    }
    byte[] rest = new byte[(int) left];
    MemorySegment.copy(
        place, ValueLayout.JAVA_BYTE, Long.BYTES + length - left, rest, 0, rest.length);
    return rest;
  }
}
