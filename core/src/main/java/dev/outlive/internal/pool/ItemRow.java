package dev.outlive.internal.pool;

import dev.outlive.failure.Diagnosis;
import dev.outlive.internal.protocol.Arrived;
import dev.outlive.internal.protocol.Items;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a worker sent about items in a row, all of which returned plain values.
 *
 * @param from the index of the first
 * @param values their results
 * @param attempt what is known of each one's attempt
 * @param notes what happened beside the first
 */
record ItemRow(int from, Items values, Attempt attempt, List<String> notes) {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  int size() {
    return values.size();
  }

  int to() {
    return from + values.size();
  }

  /** What is left of it without the items below. */
  ItemRow since(int item) {
    return item <= from ? this : new ItemRow(item, values.from(item - from), attempt, List.of());
  }

  /** What was sent about one of its items. */
  ItemResult result(int item) {
    return new ItemResult(
        Arrived.of(values.get(item - from)), NOTHING, attempt, item == from ? notes : List.of());
  }

  /** How one of its items ended. */
  Verdict.Returned verdict(int item, int attempts, List<Diagnosis> lost) {
    return new Verdict.Returned(result(item), attempts, lost);
  }
}
