package dev.outlive.internal.protocol;

/**
 * The exit values that Outlive's own code gives to a worker; above those of {@code sysexits.h} and
 * below those of signals.
 */
public final class ExitCode {
  /** The pool's initializer threw. */
  public static final int INITIALIZER = 95;

  /** Memory, threads or descriptors ran out in a way that the JVM survives; a worker does not. */
  public static final int EXHAUSTED = 96;

  /** The pool is gone: its end of the link was closed. */
  public static final int POOL_GONE = 97;

  /** The pool sent what is not a message. */
  public static final int PROTOCOL = 98;

  /** The worker could not open its link or its page. */
  public static final int NO_LINK = 99;

  /** What the JVM's {@code ExitOnOutOfMemoryError} gives. */
  public static final int JVM_OUT_OF_MEMORY = 3;

  private ExitCode() {}
}
