package dev.outlive.internal.protocol;

import java.io.InvalidObjectException;

/** A value that a task is to get a copy of has a part that exists to be shared. */
public final class SharedStateException extends InvalidObjectException {
  private static final long serialVersionUID = 1;

  SharedStateException(String message) {
    super(message);
  }
}
