package dev.outlive.internal.protocol;

import dev.outlive.spi.Frame;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The sixteen bytes before each frame's body, big-endian.
 *
 * <pre>
 *   0      2      3      4             8             12            16
 *   | 'OL' | ver  | type | body length | header CRC  |  body CRC   |  head length (4), head, payload
 * </pre>
 *
 * <p>The header's CRC32C covers the eight bytes before it, so that a length is believed only when
 * it is whole; the body's covers the body. Every single flipped bit is found.
 */
final class Envelope {
  static final int BYTES = 16;
  static final short MAGIC = 0x4F4C;
  static final byte VERSION = 1;

  /** The length of the head, which opens the body. */
  static final int HEAD_LENGTH_BYTES = 4;

  private Envelope() {}

  /** Returns header and head as one buffer, ready to be written before the payload. */
  static ByteBuffer open(Frame frame) throws ProtocolException {
    ByteBuffer head = frame.head().duplicate();
    long body = HEAD_LENGTH_BYTES + frame.length();
    if (body > Integer.MAX_VALUE - 64) {
      throw new ProtocolException(
          "a frame may have at most " + (Integer.MAX_VALUE - 64) + " bytes, bytes=" + body);
    }
    ByteBuffer out = ByteBuffer.allocate(BYTES + HEAD_LENGTH_BYTES + head.remaining());
    out.putShort(MAGIC).put(VERSION).put(frame.type()).putInt((int) body);
    out.putInt(crc(out.duplicate().flip()));
    out.position(BYTES).putInt(head.remaining()).put(head);
    CRC32C crc = new CRC32C();
    crc.update(out.duplicate().flip().position(BYTES));
    crc.update(frame.payload().duplicate());
    out.putInt(BYTES - 4, (int) crc.getValue());
    return out.flip();
  }

  /** A header that has been read and found whole. */
  record Header(byte type, int length, int bodyCrc) {}

  static Header readHeader(ByteBuffer header, long limit) throws ProtocolException {
    short magic = header.getShort(0);
    if (magic != MAGIC) {
      throw new ProtocolException(
          String.format("not a frame: it begins with 0x%04x instead of 0x%04x", magic, MAGIC));
    }
    if (header.getInt(8) != crc(header.slice(0, 8))) {
      throw new ProtocolException("the header of a frame is damaged: its checksum does not fit");
    }
    if (header.get(2) != VERSION) {
      throw new ProtocolException(
          "protocol version " + header.get(2) + " was sent, " + VERSION + " is spoken here");
    }
    int length = header.getInt(4);
    if (length < HEAD_LENGTH_BYTES || length > limit) {
      throw new ProtocolException(
          "a frame must have " + HEAD_LENGTH_BYTES + ".." + limit + " bytes, bytes=" + length);
    }
    return new Header(header.get(3), length, header.getInt(12));
  }

  static Frame readBody(Header header, byte[] body) throws ProtocolException {
    ByteBuffer bytes = ByteBuffer.wrap(body);
    if (crc(bytes.duplicate()) != header.bodyCrc()) {
      throw new ProtocolException("the body of a frame is damaged: its checksum does not fit");
    }
    int head = bytes.getInt();
    if (head < 0 || head > bytes.remaining()) {
      throw new ProtocolException("a frame's head is longer than the frame, head=" + head);
    }
    return new Frame(
        header.type(),
        bytes.slice(HEAD_LENGTH_BYTES, head),
        bytes.slice(HEAD_LENGTH_BYTES + head, body.length - HEAD_LENGTH_BYTES - head));
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
