package dev.outlive.failure;

/**
 * A task ended with an exception, which is this exception's cause, in its own type.
 *
 * <p>Thrown by the calls that wait ({@code call}, {@code map}); a future reports the task's own
 * exception directly. Only a task's {@link java.util.concurrent.CancellationException} and {@link
 * java.util.concurrent.CompletionException} arrive wrapped there too, since a future would take
 * them for its own.
 */
public final class TaskFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Creates one with what failed, and the task's own exception. */
  public TaskFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
