package dev.outlive.internal.wire;

import java.io.IOException;

/** One of the two sides is not let in: another key, or another version. */
public final class AccessException extends IOException {
  private static final long serialVersionUID = 1;

  AccessException(String message) {
    super(message);
  }
}
