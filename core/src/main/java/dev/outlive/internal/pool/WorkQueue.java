package dev.outlive.internal.pool;

import dev.outlive.internal.pool.Job.Piece;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a worker, and what waits for its time to be tried again.
 *
 * <p>The highest priority goes first, and within a priority what had its turn before, then the
 * oldest. So that none waits for ever, what has waited longest of all is overtaken twice at most.
 */
final class WorkQueue {
  private static final int MOST_OVERTAKES = 2;

  private record Retry(long at, long order, Piece piece) {}

  /** What waits under one priority. */
  private static final class Level {
    /** What has begun before. */
    final Deque<Piece> again = new ArrayDeque<>();

    /** What was at a worker that had not begun it. */
    final Deque<Piece> back = new ArrayDeque<>();

    /** What never was, the oldest first. */
    final Deque<Piece> fresh = new ArrayDeque<>();

    boolean isEmpty() {
      return again.isEmpty() && back.isEmpty() && fresh.isEmpty();
    }

    /** What is next. */
    Deque<Piece> first() {
      return !again.isEmpty() ? again : !back.isEmpty() ? back : fresh;
    }

    /** The oldest of what has never begun. */
    long oldest() {
      long oldest = fresh.isEmpty() ? Long.MAX_VALUE : fresh.getFirst().job().id;
      for (Piece piece : back) {
        oldest = Math.min(oldest, piece.job().id);
      }
      return oldest;
    }

    void drop(Predicate<Piece> which) {
      again.removeIf(which);
      back.removeIf(which);
      fresh.removeIf(which);
    }
  }

  private final TreeMap<Integer, Level> levels = new TreeMap<>(Comparator.reverseOrder());
  private final PriorityQueue<Retry> retries =
      new PriorityQueue<>(Comparator.comparingLong(Retry::at).thenComparingLong(Retry::order));
  private final List<Rerun> reruns = new ArrayList<>(); // those that wait longest first
  private final Turn turn;
  private long lastRetry;
  private int overtakes;

  WorkQueue(Turn turn) {
    this.turn = turn;
  }

  /** Whether nothing waits that a free worker is enough for. */
  boolean isEmpty() {
    return levels.isEmpty();
  }

  /** What waits and wants more than that, who waits longest first. */
  List<Rerun> reruns() {
    return reruns;
  }

  void add(Piece piece) {
    level(piece).fresh.addLast(piece);
  }

  /** Puts back what had its turn before, in its order. */
  void putBack(List<Piece> pieces) {
    pieces.reversed().forEach(this::putBack);
  }

  private void putBack(Piece piece) {
    if (piece.history().terms().plain()) {
      Level level = level(piece);
      (piece.history().begun() ? level.again : level.back).addFirst(piece);
    } else {
      reruns.add(new Rerun(piece, turn.now()));
    }
  }

  /** A retry waits for nothing but a free worker any more. */
  void ready(Rerun rerun) {
    reruns.remove(rerun);
    putBack(rerun.piece.with(Terms.NONE));
  }

  private Level level(Piece piece) {
    return levels.computeIfAbsent(piece.job().rules.priority(), priority -> new Level());
  }

  /** Puts what is tried again to the front, or lets it wait for its time. */
  void addRetry(Piece piece, long delay) {
    if (delay == 0) {
      putBack(piece);
    } else {
      retries.add(new Retry(turn.now() + delay, lastRetry++, piece));
    }
  }

  /** Moves the retries whose time has come to the front. */
  void wake() {
    while (nextRetryAt() <= turn.now()) {
      putBack(retries.remove().piece());
    }
  }

  private long nextRetryAt() {
    Retry next = retries.peek();
    return next == null ? Long.MAX_VALUE : next.at();
  }

  /** When something changes that waits for its time. */
  long nextTime() {
    long next = nextRetryAt();
    for (Rerun rerun : reruns) {
      next = Math.min(next, rerun.nextTime(turn.now()));
    }
    return next;
  }

  void drop(Job job) {
    drop(piece -> piece.job() == job);
    retries.removeIf(retry -> retry.piece().job() == job);
    reruns.removeIf(rerun -> rerun.piece.job() == job);
  }

  private void drop(Predicate<Piece> which) {
    levels.values().forEach(level -> level.drop(which));
    levels.values().removeIf(Level::isEmpty);
  }

  /** Takes out what waits of a job and has never begun, in the order of its items. */
  List<Piece> takeUnbegun(Job job) {
    List<Piece> taken = new ArrayList<>();
    drop(
        piece -> {
          boolean unbegun = piece.job() == job && !piece.history().begun();
          return unbegun && taken.add(piece);
        });
    taken.sort(Comparator.comparingInt(Piece::from));
    return taken;
  }

  /**
   * Takes what is next, as much of it as fits into one delivery.
   *
   * @param most how many items a delivery may have at most
   * @param workers how many workers there may be
   */
  Piece takeChunk(int most, int workers) {
    Level oldest = oldest();
    Level level = next(oldest);
    Piece chunk = cut(level.first(), most, workers);
    if (oldest != null && level != oldest) {
      overtakes++;
    } else if (!chunk.history().begun()) {
      overtakes = 0;
    }
    levels.values().removeIf(Level::isEmpty);
    return chunk;
  }

  /** What {@link #takeChunk} would begin with. */
  Piece peek() {
    return next(oldest()).first().getFirst();
  }

  private Level next(@Nullable Level oldest) {
    Level first = levels.firstEntry().getValue();
    return oldest != null && overtakes >= MOST_OVERTAKES ? oldest : first;
  }

  /** The priority under which waits what has waited longest; null if all has begun before. */
  private @Nullable Level oldest() {
    Iterator<Level> all = levels.values().iterator();
    Level oldest = all.next();
    while (all.hasNext()) {
      Level next = all.next();
      oldest = next.oldest() < oldest.oldest() ? next : oldest;
    }
    return oldest.oldest() == Long.MAX_VALUE ? null : oldest;
  }

  private static Piece cut(Deque<Piece> pieces, int most, int workers) {
    Piece piece = pieces.removeFirst();
    int chunk = Math.min(most, piece.job().nextChunk(piece.size(), workers));
    if (piece.size() <= chunk) {
      return piece;
    }
    int cut = piece.from() + chunk;
    pieces.addFirst(new Piece(piece.job(), cut, piece.to(), piece.history()));
    return new Piece(piece.job(), piece.from(), cut, piece.history());
  }

  /**
   * Returns how many deliveries the waiting work makes, counted up to a bound.
   *
   * @param most how many items a delivery may have at most
   */
  int chunks(int bound, int most) {
    int chunks = 0;
    for (Level level : levels.values()) {
      for (Deque<Piece> pieces : List.of(level.again, level.back, level.fresh)) {
        for (Piece piece : pieces) {
          chunks += Math.ceilDiv(piece.size(), Math.min(most, piece.job().leastChunk()));
          if (chunks >= bound) {
            return bound;
          }
        }
      }
    }
    return chunks;
  }
}
