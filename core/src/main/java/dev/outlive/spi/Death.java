package dev.outlive.spi;

import dev.outlive.failure.Diagnosis;
import java.util.List;

/**
 * The end of a worker, diagnosed where it ran.
 *
 * @param diagnosis why it died
 * @param lastSeen what its slots held at the end; empty if that cannot be known
 * @param excused whether it does not count as a failed start: the next one is made in another way
 */
public record Death(Diagnosis diagnosis, List<Standing> lastSeen, boolean excused) {
  /** Keeps a copy. */
  public Death {
    lastSeen = List.copyOf(lastSeen);
  }

  /** Creates one that is not excused. */
  public Death(Diagnosis diagnosis, List<Standing> lastSeen) {
    this(diagnosis, lastSeen, false);
  }

  /**
   * How far one delivery had come.
   *
   * @param delivery its number
   * @param item the item that it was at
   * @param begun whether that item had begun: decoding counts
   * @param ranNanos how long it had run, if it had begun or was stopped; -1: not known
   * @param peakBytes the most memory that the worker was seen to hold meanwhile; -1: not known
   */
  public record Standing(long delivery, int item, boolean begun, long ranNanos, long peakBytes) {
    /** Creates one of which nothing more is known. */
    public Standing(long delivery, int item, boolean begun) {
      this(delivery, item, begun, -1, -1);
    }
  }
}
