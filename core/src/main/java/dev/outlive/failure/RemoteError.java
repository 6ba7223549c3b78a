package dev.outlive.failure;

import org.jspecify.annotations.Nullable;

/**
 * A faithful copy of an exception that could not be decoded here: message, class name, frames,
 * causes and suppressed exceptions are those of the original.
 */
public final class RemoteError extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String className;

  /** Creates a copy without cause and suppressed exceptions, which are added afterwards. */
  public RemoteError(String className, @Nullable String message, StackTraceElement[] frames) {
    super(message);
    this.className = className;
    setStackTrace(frames);
  }

  /** Returns the binary name of the original's class. */
  public String className() {
    return className;
  }

  /** Returns what the original's {@code toString} would be by default. */
  @Override
  @SuppressWarnings("OverrideThrowableToString") // the message must stay the original's
  public String toString() {
    String message = getMessage();
    return message == null ? className : className + ": " + message;
  }
}
