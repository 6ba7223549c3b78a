package dev.outlive.internal.client;

import dev.outlive.internal.wire.Message;
import dev.outlive.internal.wire.MessageCodec;
import dev.outlive.internal.wire.Wire;
import dev.outlive.spi.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** One connection for calls, one at a time. */
final class Line {
  private final int number;
  private final Wire wire;
  private int calls;

  Line(int number, Wire wire) {
    this.number = number;
    this.wire = wire;
  }

  /**
   * Calls, and returns what the server answers.
   *
   * @param lines where an interrupt is passed on; null: it is kept for later
   */
  Message.ToClient call(
      long object,
      String method,
      List<ByteBuffer> arguments,
      @org.jspecify.annotations.Nullable Lines lines)
      throws IOException {
    int call = ++calls;
    wire.write(MessageCodec.encode(new Message.Call(call, object, method, arguments)));
    Frame frame =
        wire.read(
            () -> {
              if (lines != null) {
                lines.cancel(number, call);
              }
            });
    if (frame == null) {
      throw new EOFException("the connection ended");
    }
    return MessageCodec.toClient(frame);
  }

  /** Tells the server what has become of a value that it has lent. */
  void settle(boolean arrived) throws IOException {
    wire.write(MessageCodec.encode(arrived ? new Message.Taken() : new Message.Untaken()));
  }

  void close() {
    wire.close();
  }
}
