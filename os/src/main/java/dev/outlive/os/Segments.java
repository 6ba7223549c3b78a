package dev.outlive.os;

/**
 * How the shared memory of Outlive is named, so that whoever reads a process's mappings or {@code
 * /dev/shm} knows it.
 */
public final class Segments {
  /**
   * How the name of every segment begins: {@code /dev/shm/outlive-segment…}, or {@code
   * outlive-segment…} for memfd_create(2).
   */
  public static final String PREFIX = "outlive-segment";

  private Segments() {}
}
