package dev.outlive.manager;

import dev.outlive.internal.client.Ref;
import dev.outlive.internal.client.Travelling;
import dev.outlive.internal.wire.Handshake;
import dev.outlive.internal.wire.Message;
import dev.outlive.internal.wire.MessageCodec;
import dev.outlive.internal.wire.Wire;
import dev.outlive.spi.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A client that a test leads by the hand, frame by frame: it can end between any two of them, as a
 * process can. Confined to one thread.
 */
final class RawClient implements AutoCloseable {
  private final Manager manager;
  private final String name = "raw " + UUID.randomUUID();
  private final List<Wire> lines = new ArrayList<>();

  RawClient(Manager manager) throws IOException {
    this.manager = manager;
    Wire _ = line();
  }

  /** Opens one more connection; the first one is the life line. */
  Wire line() throws IOException {
    Wire wire = Wire.connect(manager.address());
    Handshake.Welcome welcome =
        Handshake.asClient(wire, new Handshake.Guest(name, lines.size()), null);
    wire.limitFrames(welcome.maxFrameBytes());
    lines.add(wire);
    return wire;
  }

  /** Calls a method without arguments, and returns the answer. */
  static Message.Returned call(Wire line, Object proxy, String method) throws IOException {
    long object = ((Ref) ((Travelling) proxy).writeReplace()).object();
    line.write(MessageCodec.encode(new Message.Call(1, object, method, List.<ByteBuffer>of())));
    Frame answer = line.read();
    if (answer == null) {
      throw new EOFException("no answer");
    }
    return (Message.Returned) MessageCodec.toClient(answer);
  }

  /** Dies: all connections end, the life line first. */
  @Override
  public void close() {
    lines.forEach(Wire::close);
  }
}
