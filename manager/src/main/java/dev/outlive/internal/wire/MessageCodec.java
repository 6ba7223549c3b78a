package dev.outlive.internal.wire;

import dev.outlive.internal.protocol.ProtocolException;
import dev.outlive.spi.Frame;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages as frames.
 *
 * <pre>
 *   16 Call      number (4) object (8) method (UTF-8) | per argument: length (4) value
 *   17 Cancel    line (4) call (4)
 *   18 Taken     19 Untaken
 *   32 Returned  flags (1: pinned, 2: lent) | value
 *   33 Threw     flags (1: pinned) | length (4) exception, its copy as plain data
 *   34 Closing
 * </pre>
 *
 * <p>What is before the bar is the frame's head, what is behind it its payload.
 */
public final class MessageCodec {
  private static final byte CALL = 16;
  private static final byte CANCEL = 17;
  private static final byte TAKEN = 18;
  private static final byte UNTAKEN = 19;
  private static final byte RETURNED = 32;
  private static final byte THREW = 33;
  private static final byte CLOSING = 34;
  private static final int CALL_BYTES = Integer.BYTES + Long.BYTES;
  private static final int PINNED = 1;
  private static final int LENT = 2;
  private static final int MOST_ARGUMENTS = 255; // JVMS 4.11
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private MessageCodec() {}

  /** Returns the message as a frame. */
  public static Frame encode(Message message) {
    return switch (message) {
      case Message.Call call -> call(call);
      case Message.Cancel(int line, int call) ->
          new Frame(
              CANCEL,
              ByteBuffer.allocate(2 * Integer.BYTES).putInt(line).putInt(call).flip(),
              NOTHING);
      case Message.Taken _ -> bare(TAKEN);
      case Message.Untaken _ -> bare(UNTAKEN);
      case Message.Returned returned ->
          new Frame(
              RETURNED,
              flags((returned.pinned() ? PINNED : 0) | (returned.lent() ? LENT : 0)),
              returned.value());
      case Message.Threw threw ->
          new Frame(THREW, flags(threw.pinned() ? PINNED : 0), joined(threw.error(), threw.copy()));
      case Message.Closing _ -> bare(CLOSING);
    };
  }

  private static Frame call(Message.Call call) {
    byte[] method = call.method().getBytes(StandardCharsets.UTF_8);
    ByteBuffer head = ByteBuffer.allocate(CALL_BYTES + method.length);
    head.putInt(call.number()).putLong(call.object()).put(method).flip();
    long bytes = 0;
    for (ByteBuffer argument : call.arguments()) {
      bytes += Integer.BYTES + argument.remaining();
    }
    ByteBuffer payload = ByteBuffer.allocate(Math.toIntExact(bytes));
    for (ByteBuffer argument : call.arguments()) {
      payload.putInt(argument.remaining()).put(argument.duplicate());
    }
    return new Frame(CALL, head, payload.flip());
  }

  private static ByteBuffer flags(int flags) {
    return ByteBuffer.allocate(1).put((byte) flags).flip();
  }

  private static ByteBuffer joined(ByteBuffer error, ByteBuffer copy) {
    return ByteBuffer.allocate(Integer.BYTES + error.remaining() + copy.remaining())
        .putInt(error.remaining())
        .put(error.duplicate())
        .put(copy.duplicate())
        .flip();
  }

  private static Frame bare(byte type) {
    return new Frame(type, NOTHING, NOTHING);
  }

  /**
   * Returns what a client has said.
   *
   * @throws ProtocolException if it is nothing that a client says
   */
  public static Message.ToServer toServer(Frame frame) throws ProtocolException {
    return switch (frame.type()) {
      case CALL -> {
        ByteBuffer head = frame.head();
        if (head.remaining() < CALL_BYTES) {
          throw new ProtocolException("a call without an object");
        }
        int number = head.getInt();
        long object = head.getLong();
        yield new Message.Call(
            number, object, StandardCharsets.UTF_8.decode(head).toString(), parts(frame.payload()));
      }
      case CANCEL -> {
        if (frame.head().remaining() != 2 * Integer.BYTES) {
          throw new ProtocolException("a cancellation without a call");
        }
        yield new Message.Cancel(frame.head().getInt(), frame.head().getInt());
      }
      case TAKEN -> new Message.Taken();
      case UNTAKEN -> new Message.Untaken();
      default -> throw new ProtocolException("a client does not say " + frame.type());
    };
  }

  private static List<ByteBuffer> parts(ByteBuffer in) throws ProtocolException {
    List<ByteBuffer> parts = new ArrayList<>();
    while (in.hasRemaining()) {
      if (parts.size() == MOST_ARGUMENTS) {
        throw new ProtocolException("a call has " + MOST_ARGUMENTS + " arguments at most");
      }
      parts.add(part(in));
    }
    return parts;
  }

  private static ByteBuffer part(ByteBuffer in) throws ProtocolException {
    if (in.remaining() < Integer.BYTES) {
      throw new ProtocolException("a part of a message is cut off");
    }
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new ProtocolException(
          "a part of a message must have 0.." + in.remaining() + " bytes, bytes=" + length);
    }
    ByteBuffer part = in.slice(in.position(), length);
    in.position(in.position() + length);
    return part;
  }

  /**
   * Returns what the server has said.
   *
   * @throws ProtocolException if it is nothing that a server says
   */
  public static Message.ToClient toClient(Frame frame) throws ProtocolException {
    try {
      return switch (frame.type()) {
        case RETURNED -> {
          int flags = frame.head().get();
          yield new Message.Returned((flags & PINNED) != 0, (flags & LENT) != 0, frame.payload());
        }
        case THREW -> {
          int flags = frame.head().get();
          ByteBuffer in = frame.payload();
          yield new Message.Threw((flags & PINNED) != 0, part(in), in.slice());
        }
        case CLOSING -> new Message.Closing();
        default -> throw new ProtocolException("a server does not say " + frame.type());
      };
    } catch (BufferUnderflowException e) {
      throw new ProtocolException("a message of the server is too short");
    }
  }
}
