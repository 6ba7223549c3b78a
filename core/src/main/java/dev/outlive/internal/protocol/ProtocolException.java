package dev.outlive.internal.protocol;

import java.io.IOException;

/** What arrived on a link is not what two processes have agreed on. The link cannot go on. */
public final class ProtocolException extends IOException {
  private static final long serialVersionUID = 1;

  /** Creates one that says what arrived, and what was expected. */
  public ProtocolException(String message) {
    super(message);
  }
}
