package dev.outlive.internal.pool;

import dev.outlive.internal.protocol.Arrived;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a worker sent about one item, still encoded.
 *
 * @param payload a value, or a thrown exception
 * @param copy for an exception: its faithful copy; otherwise empty
 * @param attempt the attempt that brought it
 * @param notes what happened beside it
 */
record ItemResult(Arrived payload, ByteBuffer copy, Attempt attempt, List<String> notes) {
  /** How long the item ran in its worker. */
  long ranNanos() {
    return attempt.ranNanos();
  }
}
