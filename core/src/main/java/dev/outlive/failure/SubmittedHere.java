package dev.outlive.failure;

/**
 * Where the caller submitted the task whose exception this is suppressed in: its stack is the
 * caller's, while the exception's own stack is the worker's.
 */
public final class SubmittedHere extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Creates one with the caller's frames. */
  public SubmittedHere(String message, StackTraceElement[] frames) {
    super(message, null, false, true);
    setStackTrace(frames);
  }
}
