package dev.outlive.internal.protocol;

import dev.outlive.spi.Frame;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Writes frames to a stream of bytes, all that are at hand in as few writes as possible. Confined
 * to one thread.
 */
public final class FrameWriter {
  private static final int BUFFER_BYTES = 64 << 10;

  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int filled;

  /** Creates a writer to an unbuffered stream. */
  public FrameWriter(OutputStream out) {
    this.out = out;
  }

  /** Writes the frames, one after the other, and returns when the stream has taken them. */
  public void write(List<Frame> frames) throws IOException {
    for (Frame frame : frames) {
      put(Envelope.open(frame));
      put(frame.payload().duplicate());
    }
    flush();
  }

  private void put(ByteBuffer bytes) throws IOException {
    int length = bytes.remaining();
    if (length > buffer.length - filled) {
      flush();
    }
    if (length > buffer.length) {
      out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), length);
    } else {
      bytes.get(buffer, filled, length);
      filled += length;
    }
  }

  private void flush() throws IOException {
    if (filled > 0) {
      out.write(buffer, 0, filled);
      filled = 0;
    }
    out.flush();
  }
}
