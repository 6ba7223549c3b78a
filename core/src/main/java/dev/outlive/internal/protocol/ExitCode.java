package dev.outlive.internal.protocol;

/**
 * The exit values that Outlive's own code gives to a worker; above those of {@code sysexits.h} and
 * below those of signals.
 */
public final class ExitCode {
  /** The pool is gone: its end of the link was closed. */
  public static final int POOL_GONE = 97;

  /** The pool sent what is not a message. */
  public static final int PROTOCOL = 98;

  /** The worker could not open its link or its page. */
  public static final int NO_LINK = 99;

  /** What the JVM's {@code ExitOnOutOfMemoryError} gives. */
  public static final int HEAP_OOM = 3;

  /** What a shell gives where SIGKILL ended the process: 128 + 9. */
  public static final int SIGKILL = 137;

  /** What a shell gives where SIGABRT ended the process; the JVM's way out of a native crash. */
  public static final int SIGABRT = 134;

  private ExitCode() {}
}
