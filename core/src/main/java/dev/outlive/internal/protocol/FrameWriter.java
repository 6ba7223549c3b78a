package dev.outlive.internal.protocol;

import dev.outlive.spi.Frame;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames to a stream of bytes, all that are at hand in as few writes as possible. Confined
 * to one thread.
 */
public final class FrameWriter {
  private static final int BUFFER_BYTES = 64 << 10;

  private final OutputStream out;
  private byte[] buffer = new byte[BUFFER_BYTES];
  private int filled;
  private long written;
  private @Nullable Unsent unsent;

  /** Creates a writer to an unbuffered stream. */
  public FrameWriter(OutputStream out) {
    this.out = out;
  }

  /** Returns how many bytes a frame has as it is written. */
  public static long bytes(Frame frame) {
    return Envelope.BYTES + Envelope.HEAD_LENGTH_BYTES + frame.length();
  }

  /** From now on what is added and not yet written is kept there; nothing may be at hand. */
  public void keepIn(Unsent place) {
    buffer = new byte[place.capacity()];
    place.written(written);
    unsent = place;
  }

  /** Writes the frames, one after the other, and returns when the stream has taken them. */
  public void write(List<Frame> frames) throws IOException {
    for (Frame frame : frames) {
      put(frame);
    }
    flush();
  }

  /** Adds a frame to what is at hand; writes if that becomes too much. */
  public void add(Frame frame) throws IOException {
    put(frame);
    if (unsent != null) {
      unsent.keep(buffer, filled);
    }
  }

  /** Whether something is at hand that was not written. */
  public boolean holds() {
    return filled > 0;
  }

  private void put(Frame frame) throws IOException {
    put(Envelope.open(frame));
    put(frame.payload().duplicate());
  }

  private void put(ByteBuffer bytes) throws IOException {
    int length = bytes.remaining();
    if (length > buffer.length - filled) {
      flush();
    }
    if (length > buffer.length) {
      out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), length);
      wrote(length);
    } else {
      bytes.get(buffer, filled, length);
      filled += length;
    }
  }

  /** Writes what is at hand, and returns when the stream has taken it. */
  public void flush() throws IOException {
    if (filled > 0) {
      out.write(buffer, 0, filled);
      wrote(filled);
      filled = 0;
    }
    out.flush();
  }

  private void wrote(int bytes) {
    written += bytes;
    if (unsent != null) {
      unsent.written(bytes);
    }
  }
}
