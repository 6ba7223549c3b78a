package dev.outlive.internal.protocol;

import dev.outlive.spi.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads frames from a stream of bytes. Confined to one thread. */
public final class FrameReader {
  /** No more than this is allocated on the word of a header alone. */
  private static final int TRUSTED_BYTES = 64 << 20;

  private final InputStream in;
  private final long limit;

  /**
   * Creates a reader.
   *
   * @param in the stream
   * @param limit the most bytes that a frame's body may have
   */
  public FrameReader(InputStream in, long limit) {
    this.in = in;
    this.limit = limit;
  }

  /**
   * Returns the next frame, or null at the end of the stream.
   *
   * @throws ProtocolException if what arrives is not a frame
   * @throws EOFException if the stream ends within a frame
   */
  public @Nullable Frame read() throws IOException {
    byte[] header = new byte[Envelope.BYTES];
    int first = in.readNBytes(header, 0, header.length);
    if (first == 0) {
      return null;
    }
    if (first < header.length) {
      throw new EOFException("the link ended after " + first + " bytes of a frame's header");
    }
    Envelope.Header head = Envelope.readHeader(ByteBuffer.wrap(header), limit);
    return Envelope.readBody(head, readBody(head.length()));
  }

  /**
   * Returns whether the next frame is there as a whole, so that reading it does not wait. The
   * stream must be one that can be marked.
   *
   * @throws ProtocolException if what is there is not a frame
   */
  public boolean atHand() throws IOException {
    int available = in.available();
    if (available < Envelope.BYTES) {
      return false;
    }
    in.mark(Envelope.BYTES);
    byte[] header = in.readNBytes(Envelope.BYTES);
    in.reset();
    long length = Envelope.readHeader(ByteBuffer.wrap(header), limit).length();
    return available >= Envelope.BYTES + length;
  }

  private byte[] readBody(int length) throws IOException {
    try {
      byte[] body = new byte[Math.min(length, TRUSTED_BYTES)];
      fill(body, 0, length);
      if (length > body.length) {
        int read = body.length;
        body = Arrays.copyOf(body, length);
        fill(body, read, length);
      }
      return body;
    } catch (OutOfMemoryError e) {
      // the end of this link, not of the thread that has to tell so
      throw new ProtocolException("no memory for a frame of " + length + " bytes: " + e);
    }
  }

  private void fill(byte[] body, int from, int expected) throws IOException {
    int read = in.readNBytes(body, from, body.length - from);
    if (from + read < body.length) {
      throw new EOFException(
          "the link ended after " + (from + read) + " of " + expected + " bytes of a frame's body");
    }
  }
}
