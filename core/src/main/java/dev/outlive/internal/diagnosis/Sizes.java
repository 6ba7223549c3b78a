package dev.outlive.internal.diagnosis;

/**
 * How much a worker was allowed of what can run out in a JVM, in bytes; 0: not known, or as the JVM
 * chooses.
 *
 * @param heap its Java heap
 * @param metaspace its memory for classes
 * @param direct its direct buffers
 */
public record Sizes(long heap, long metaspace, long direct) {
  /** Nothing is known. */
  public static final Sizes UNKNOWN = new Sizes(0, 0, 0);
}
