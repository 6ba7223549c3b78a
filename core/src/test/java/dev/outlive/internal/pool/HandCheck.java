package dev.outlive.internal.pool;

import static dev.outlive.internal.pool.Script.MILLI;

import java.util.ArrayDeque;
import java.util.Deque;

/** How much a worker may have in its hands, by what items have taken: part of {@link Conduct}. */
final class HandCheck {
  /** How many deliveries may be in a worker's hands, however long their items take. */
  private static final int HANDS = 2;

  /** How long all that is in a worker's hands may take, where that is more. */
  private static final long HANDFUL = MILLI;

  /** Of how many of the last items their average knows: all older ones weigh next to nothing. */
  private static final int WEIGHTY = 32;

  private final Deque<Long> took = new ArrayDeque<>();

  void heard(Event event) {
    switch (event) {
      case Event.ItemReturned e -> took(e.result().ranNanos());
      case Event.ItemThrew e -> took(e.error().ranNanos());
      default -> {}
    }
  }

  private void took(long nanos) {
    took.addLast(Math.max(1, nanos));
    if (took.size() > WEIGHTY) {
      took.removeFirst();
    }
  }

  boolean mayHaveOneMore(WorkerBook worker) {
    long inHands = worker.hands.stream().mapToLong(hand -> hand.rest().size()).sum();
    long shortest =
        took.stream().mapToLong(Long::longValue).min().orElse(WorkerBook.NEVER / HANDFUL);
    return worker.hands.size() < HANDS || inHands * shortest < HANDFUL * 1.01;
  }
}
