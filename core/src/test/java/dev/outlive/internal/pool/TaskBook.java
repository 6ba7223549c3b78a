package dev.outlive.internal.pool;

import dev.outlive.internal.pool.Due.Failure;
import dev.outlive.internal.pool.Effect.Ending;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an {@link Oracle} knows of one task and its items. */
final class TaskBook {
  /** Where an item is. */
  enum Place {
    /** It has never been at a worker. */
    NEW,
    /** At a worker. */
    OUT,
    /** It was at a worker that had not begun it, and waits again. */
    BACK,
    /** It failed and waits for its next attempt. */
    RETRY,
    ENDED
  }

  /** What is known of an item's wait for memory. Times are those at which the pool heard. */
  static final class MemoryWait {
    /**
     * A view since its wait began has shown that there is enough for it; the number of the first.
     */
    long enoughIn;

    /** When the first view came that was of use if its wait began as early as it may have. */
    long perhapsSeenAt;

    /** When the first view came that was of use in any case. */
    long surelySeenAt;

    /** There was enough for sure, and nothing else in its way: now it waits for a worker only. */
    boolean isOver;

    /** The pool has told that it waits. */
    boolean told;

    /** Grows with each wait. */
    int number;

    MemoryWait() {
      begin();
    }

    void begin() {
      enoughIn = WorkerBook.NEVER;
      perhapsSeenAt = WorkerBook.NEVER;
      surelySeenAt = WorkerBook.NEVER;
      isOver = false;
      told = false;
      number++;
    }
  }

  /** One item. */
  static final class Item {
    final TaskBook task;
    final int index;
    final List<Failure> failures = new ArrayList<>();
    Place place = Place.NEW;

    /** RETRY: no attempt before the first, and one by the second if a worker is idle. */
    long notBefore;

    long readyBy;

    /** BACK: what came back together keeps its order. */
    long cameBack;

    int cameBackAs;

    @Nullable Verdict verdict;

    /** What its next attempt wants, and what is known of its wait for that. */
    Wants wants = Wants.NOTHING;

    final MemoryWait wait = new MemoryWait();

    /** The most memory that any of its attempts was seen to hold. */
    long peakBytes;

    /** What the last attempt threw. */
    @Nullable ItemResult error;

    /** An attempt was begun that does not count. */
    boolean preempted;

    /** It was not tried again, though its rules say so. */
    boolean inVain;

    Item(TaskBook task, int index) {
      this.task = task;
      this.index = index;
    }

    int attempt() {
      return failures.size() + 1;
    }

    /** Whether it should be given to a worker that has nothing to do. */
    boolean waits(long now) {
      boolean ready = place == Place.RETRY && readyBy <= now && !wants.special();
      return place == Place.NEW
          || place == Place.BACK
          || (ready && (!wants.waits() || wait.isOver));
    }

    /** Whether it may be given to a worker, as far as its time is concerned. */
    boolean mayWait(long now) {
      return waits(now) || (place == Place.RETRY && notBefore <= now && !wants.special());
    }

    /** Whether it waits, and was never begun. */
    boolean unbegun() {
      return (place == Place.NEW || place == Place.BACK) && failures.isEmpty() && !preempted;
    }

    @Override
    public String toString() {
      return "item "
          + index
          + " of task "
          + task.id
          + " ("
          + place
          + ", "
          + failures
          + ", "
          + wants
          + ")";
    }
  }

  final long id;
  final String name;
  final int chunk;
  final TaskRules rules;
  final List<Item> items = new ArrayList<>();
  final long submittedAt;
  int unfinished;
  @Nullable Ending ending;

  /** What had not begun has waited for too long, and was ended. */
  boolean expired;

  TaskBook(Event.TaskSubmitted e, long now) {
    this.submittedAt = now;
    this.id = e.task();
    this.name = e.name();
    this.chunk = e.chunk();
    this.rules = e.rules();
    this.unfinished = e.items();
    for (int i = 0; i < e.items(); i++) {
      items.add(new Item(this, i));
    }
  }

  @Override
  public String toString() {
    return "task " + id + (open() ? ": " + items : ": " + ending);
  }

  boolean open() {
    return ending == null;
  }
}
