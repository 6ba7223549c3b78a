package dev.outlive.managed;

import org.jspecify.annotations.Nullable;

/**
 * A managed object cannot be reached: its manager is closed, its server has died, or the object is
 * gone; or what was passed to it, or came back, cannot travel. The message says which, and what to
 * do.
 */
public final class ManagerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Creates one with what happened and what to do, and what it was caused by. */
  public ManagerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
