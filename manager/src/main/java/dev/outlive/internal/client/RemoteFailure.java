package dev.outlive.internal.client;

import dev.outlive.failure.RemoteError;
import dev.outlive.internal.protocol.ErrorCopy;
import dev.outlive.internal.wire.Message;
import dev.outlive.managed.ManagerException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes of what a managed object has thrown the exception that its caller gets. */
final class RemoteFailure {
  private static final StackTraceElement BORDER =
      new StackTraceElement("in the manager's server", "called from here", null, -1);
  private static final String OWN = "dev.outlive.internal.";

  private RemoteFailure() {}

  interface Decoder {
    @Nullable Object decode(ByteBuffer bytes) throws IOException, ClassNotFoundException;
  }

  /** Returns the exception itself, with its frames in the server above those of the caller. */
  static Throwable of(Message.Threw threw, Decoder decoder, String method) throws IOException {
    RemoteError copy = ErrorCopy.decode(threw.copy());
    try {
      if (threw.error().hasRemaining()
          && decoder.decode(threw.error()) instanceof Throwable error) {
        error.setStackTrace(joined(copy.getStackTrace()));
        return error;
      }
    } catch (IOException | ClassNotFoundException | RuntimeException e) {
      copy.addSuppressed(e);
    }
    String why =
        threw.error().hasRemaining()
            ? " threw an exception that cannot be decoded here: "
            : " threw an exception that cannot travel (a field of it is not serialisable): ";
    return new ManagerException(method + why + copy, copy);
  }

  private static StackTraceElement[] joined(StackTraceElement[] remote) {
    Stream<StackTraceElement> there = Arrays.stream(remote).filter(RemoteFailure::isOfTheUser);
    Stream<StackTraceElement> here =
        Arrays.stream(new Throwable().getStackTrace()).filter(RemoteFailure::isOfTheUser);
    return Stream.concat(Stream.concat(there, Stream.of(BORDER)), here)
        .toArray(StackTraceElement[]::new);
  }

  private static boolean isOfTheUser(StackTraceElement frame) {
    return !frame.getClassName().startsWith(OWN);
  }
}
