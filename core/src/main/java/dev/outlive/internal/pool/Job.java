package dev.outlive.internal.pool;

import java.util.ArrayList;
import java.util.List;

/** A submitted task as {@link PoolState} sees it: a number of items that all want a verdict. */
final class Job {
  final long id;
  final String name;
  private final int chunk; // 0: what the next shows
  private final ChunkSize size = new ChunkSize();
  final TaskRules rules;
  int unfinished;
  boolean over;

  /** When what of it has not begun has waited for too long. */
  final long expiresAt;

  /** While it is being withdrawn gently: what was had back of it, how many answers are to come. */
  final List<Piece> hadBack = new ArrayList<>();

  int answersToCome;
  boolean begun;

  Job(long id, String name, int items, int chunk, TaskRules rules, long expiresAt) {
    this.id = id;
    this.name = name;
    this.chunk = chunk;
    this.rules = rules;
    this.unfinished = items;
    this.expiresAt = expiresAt;
  }

  /** So many items have ended, which took that long each. */
  void ended(int items, long nanosEach) {
    if (chunk == 0) {
      size.ended(items, nanosEach);
    }
  }

  /** How many of so many items that wait the next delivery has. */
  int nextChunk(int waiting, int workers) {
    return chunk == 0 ? size.next(waiting, workers) : chunk;
  }

  /** How few items a delivery may have. */
  int leastChunk() {
    return Math.max(1, chunk);
  }

  /** A range of a job's items that waits for a worker. */
  record Piece(Job job, int from, int to, History history) {
    int size() {
      return to - from;
    }

    Piece with(Terms terms) {
      return new Piece(job, from, to, history.with(terms));
    }
  }
}
