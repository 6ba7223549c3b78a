package dev.outlive.internal.pool;

import dev.outlive.internal.pool.Job.Piece;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;

/** What waits for a worker, in order, and what waits for its time to be tried again. */
final class WorkQueue {
  private record Retry(long at, long order, Piece piece) {}

  private final Deque<Piece> ready = new ArrayDeque<>();
  private final PriorityQueue<Retry> retries =
      new PriorityQueue<>(Comparator.comparingLong(Retry::at).thenComparingLong(Retry::order));
  private long lastRetry;

  boolean isEmpty() {
    return ready.isEmpty();
  }

  void add(Piece piece) {
    ready.addLast(piece);
  }

  /** Puts back what had its turn before, in its order. */
  void putBack(List<Piece> pieces) {
    pieces.reversed().forEach(ready::addFirst);
  }

  /** Puts what is tried again to the front, or lets it wait for its time. */
  void addRetry(Piece piece, long now, long delay) {
    if (delay == 0) {
      ready.addFirst(piece);
    } else {
      retries.add(new Retry(now + delay, lastRetry++, piece));
    }
  }

  /** Moves the retries whose time has come to the front. */
  void wake(long now) {
    while (nextRetryAt() <= now) {
      ready.addFirst(retries.remove().piece());
    }
  }

  long nextRetryAt() {
    Retry next = retries.peek();
    return next == null ? Long.MAX_VALUE : next.at();
  }

  void drop(Job job) {
    ready.removeIf(piece -> piece.job() == job);
    retries.removeIf(retry -> retry.piece().job() == job);
  }

  /** Takes what fits into one delivery from the front. */
  Piece takeChunk() {
    Piece piece = ready.removeFirst();
    int chunk = piece.job().chunk;
    if (piece.size() <= chunk) {
      return piece;
    }
    int cut = piece.from() + chunk;
    ready.addFirst(new Piece(piece.job(), cut, piece.to(), piece.history()));
    return new Piece(piece.job(), piece.from(), cut, piece.history());
  }

  /** Returns how many deliveries the waiting work makes, counted up to a bound. */
  int chunks(int bound) {
    int chunks = 0;
    for (Piece piece : ready) {
      chunks += Math.ceilDiv(piece.size(), piece.job().chunk);
      if (chunks >= bound) {
        return bound;
      }
    }
    return chunks;
  }
}
