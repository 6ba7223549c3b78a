package dev.outlive.spi;

import java.nio.ByteBuffer;

/**
 * One message as bytes, before a link gives it its envelope.
 *
 * @param type what kind of message it is, 1..127
 * @param head the fixed part
 * @param payload encoded values, possibly large; never copied on its way; may be empty
 */
public record Frame(byte type, ByteBuffer head, ByteBuffer payload) {
  /** Returns how many bytes head and payload have together. */
  public long length() {
    return (long) head.remaining() + payload.remaining();
  }
}
