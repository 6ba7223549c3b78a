package dev.outlive.task;

/** One of the two streams that a task prints to. */
public enum TaskStream {
  /** What Java code prints to {@code System.out}. */
  OUT,
  /**
   * What Java code prints to {@code System.err}, and all that others print to either: native code,
   * children with inherited streams, the JVM itself.
   */
  ERR
}
