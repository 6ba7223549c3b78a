package dev.outlive.failure;

import java.io.Serializable;

/**
 * One fact that was seen when a worker died, and where it was seen.
 *
 * @param source where the fact comes from, such as {@code "exit status"} or {@code "page"}
 * @param fact what was seen there, with its numbers
 */
public record Evidence(String source, String fact) implements Serializable {
  /** Returns {@code source: fact}. */
  @Override
  public String toString() {
    return source + ": " + fact;
  }
}
