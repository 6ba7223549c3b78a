package dev.outlive.examples.inbox;

import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serial;

/**
 * An exception that can be written but not read back, as exceptions are that carry more than they
 * serialise: who receives its bytes gets an {@link InvalidObjectException} in its place.
 */
public final class PlugInException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /** Where the plug-in stood when it failed; known in its own process only. */
  private final transient Thread state;

  PlugInException(String message, Throwable cause) {
    super(message, cause);
    this.state = Thread.currentThread();
  }

  @Serial
  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    out.writeUTF(state.getName());
  }

  @Serial
  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("a plug-in's state exists in its own process only");
  }
}
