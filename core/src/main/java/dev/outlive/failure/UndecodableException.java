package dev.outlive.failure;

/**
 * A function, an argument or a result could not be turned into bytes or back. The message says
 * which, on which side, and what to do; the cause is what the codec threw.
 */
public final class UndecodableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Creates one. */
  public UndecodableException(String message, Throwable cause) {
    super(message, cause);
  }
}
