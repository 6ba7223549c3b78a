package dev.outlive.memory;

/**
 * Shared memory cannot be made, found or mapped: there is no room, its maker has closed it or has
 * ended, a name is taken or not known. The message says which, with the numbers, and what to do.
 */
public final class SharedMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  SharedMemoryException(String message) {
    super(message);
  }

  SharedMemoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
