package dev.outlive.internal.service;

/** Ends a call that nobody waits for any more. */
public final class ClientGoneException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ClientGoneException(InterruptedException cause) {
    super("the client that called is gone", cause);
  }
}
