package dev.outlive.internal.protocol;

import java.nio.ByteBuffer;

/** A buffer that grows as it is written. Confined to one thread. */
final class GrowingBuffer {
  private ByteBuffer bytes;

  GrowingBuffer(int atFirst) {
    bytes = ByteBuffer.allocate(atFirst);
  }

  /**
   * Returns the buffer, with room for that many bytes more.
   *
   * @throws OutOfMemoryError if no array is as long
   */
  ByteBuffer room(long more) {
    if (more > bytes.remaining()) {
      long needed = bytes.position() + more;
      if (needed > PlainValue.MOST_BYTES) {
        throw new OutOfMemoryError("a value of " + needed + " bytes does not fit into an array");
      }
      long larger = Math.min(PlainValue.MOST_BYTES, Math.max(needed, 2L * bytes.capacity()));
      bytes = ByteBuffer.allocate((int) larger).put(bytes.flip());
    }
    return bytes;
  }

  /** Returns what was written; nothing may be written after. */
  ByteBuffer written() {
    return bytes.flip();
  }
}
