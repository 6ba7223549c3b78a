package dev.outlive.internal.wire;

import java.nio.ByteBuffer;
import java.util.List;

/** What client and server say to each other once they have made sure of each other. */
public sealed interface Message {

  /** What a client says. */
  sealed interface ToServer extends Message {}

  /** What the server says. */
  sealed interface ToClient extends Message {}

  /**
   * A method of an object is to be called; one at a time on a connection.
   *
   * @param number rises with every call on this connection
   * @param object the object's id
   * @param method name and descriptor, {@code get(I)Ljava/lang/Object;}
   * @param arguments each encoded
   */
  record Call(int number, long object, String method, List<ByteBuffer> arguments)
      implements ToServer {}

  /**
   * A caller was interrupted: its call is to end, if it is still under way. Sent over the life
   * line, since the call's own connection waits for the answer.
   *
   * @param line the number of the connection
   * @param call the number of the call on it
   */
  record Cancel(int line, int call) implements ToServer {}

  /** What the last call returned has arrived, decoded. */
  record Taken() implements ToServer {}

  /** What the last call returned could not be decoded: it goes back to where it was. */
  record Untaken() implements ToServer {}

  /**
   * A call has returned.
   *
   * @param pinned whether the server's thread of this connection holds locks now, so that the
   *     caller's next calls must come over it
   * @param lent whether the server waits to hear that the value has arrived
   * @param value what it returned, encoded
   */
  record Returned(boolean pinned, boolean lent, ByteBuffer value) implements ToClient {}

  /**
   * A call has thrown.
   *
   * @param pinned as above
   * @param error the exception, encoded; empty if it could not be
   * @param copy the same as plain data
   */
  record Threw(boolean pinned, ByteBuffer error, ByteBuffer copy) implements ToClient {}

  /** The manager is being closed: nothing more will be answered. */
  record Closing() implements ToClient {}
}
