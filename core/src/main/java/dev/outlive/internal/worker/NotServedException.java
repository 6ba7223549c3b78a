package dev.outlive.internal.worker;

/** A class that its loader in the program has not given; the message says why. */
final class NotServedException extends ClassNotFoundException {
  private static final long serialVersionUID = 1;

  NotServedException(String message) {
    super(message);
  }
}
