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

    Item(TaskBook task, int index) {
      this.task = task;
      this.index = index;
    }

    int attempt() {
      return failures.size() + 1;
    }

    /** Whether it should be given to a worker that has nothing to do. */
    boolean waits(long now) {
      return place == Place.NEW || place == Place.BACK || (place == Place.RETRY && readyBy <= now);
    }

    /** Whether it waits, and was never begun. */
    boolean unbegun() {
      return (place == Place.NEW || place == Place.BACK) && failures.isEmpty();
    }

    @Override
    public String toString() {
      return "item " + index + " of task " + task.id + " (" + place + ", " + failures + ")";
    }
  }

  final long id;
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
