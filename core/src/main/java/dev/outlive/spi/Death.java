package dev.outlive.spi;

import dev.outlive.failure.Diagnosis;
import java.util.List;

/**
 * The end of a worker, diagnosed where it ran.
 *
 * @param diagnosis why it died
 * @param lastSeen what its slots held at the end; empty if that cannot be known
 */
public record Death(Diagnosis diagnosis, List<Standing> lastSeen) {
  /** Keeps a copy. */
  public Death {
    lastSeen = List.copyOf(lastSeen);
  }

  /**
   * How far one delivery had come.
   *
   * @param delivery its number
   * @param item the item that it was at
   * @param begun whether that item had begun: decoding counts
   */
  public record Standing(long delivery, int item, boolean begun) {}
}
