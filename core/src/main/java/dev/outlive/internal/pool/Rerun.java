package dev.outlive.internal.pool;

import dev.outlive.internal.pool.Job.Piece;
import dev.outlive.spi.WorkerSize;

/** A retry that wants more than a free worker, and waits for it. */
final class Rerun {
  final Piece piece;

  /** Since when it waits: what was seen of memory before that is of no use. */
  final long since;

  /** It was told that it waits. */
  boolean told;

  private boolean looks;

  Rerun(Piece piece, long now) {
    this.piece = piece;
    this.since = now;
    this.looks = terms().waits();
  }

  Terms terms() {
    return piece.history().terms();
  }

  WorkerSize size() {
    return terms().size();
  }

  /** How much it needs. */
  long bytes() {
    return looks ? piece.history().peakBytes() : 0;
  }

  /** Whether it still waits for memory. */
  boolean looks() {
    return looks;
  }

  /** It does not look for memory any more. */
  void found() {
    looks = false;
  }

  /** Whether others are to wait for it, so that its memory comes together. */
  boolean urgent(long now) {
    return terms().alone() || (looks && now >= urgentAt());
  }

  private long urgentAt() {
    return since + terms().waitNanos() / 2;
  }

  private long deadline() {
    return since + terms().waitNanos();
  }

  boolean waitedTooLong(long now) {
    return looks && now >= deadline();
  }

  /** When its wait changes by itself. */
  long nextTime(long now) {
    return !looks ? Long.MAX_VALUE : now < urgentAt() ? urgentAt() : deadline();
  }
}
