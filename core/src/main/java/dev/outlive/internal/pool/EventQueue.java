package dev.outlive.internal.pool;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events that wait for their turn; answers to what an event asked for come before all others,
 * however many wait. Guarded by the supervisor's lock.
 */
final class EventQueue {
  private final Deque<Event> events = new ArrayDeque<>();
  private final Deque<Event> answers = new ArrayDeque<>();

  void add(List<Event> more) {
    events.addAll(more);
  }

  void answer(Event answer) {
    answers.addLast(answer);
  }

  /** What a worker has said and nobody has heard yet is not to be heard any more. */
  void drop(int worker) {
    events.removeIf(event -> event instanceof Event.Said said && said.worker() == worker);
  }

  boolean isEmpty() {
    return events.isEmpty() && answers.isEmpty();
  }

  /** Returns the next; null if there is none. */
  @Nullable Event next() {
    Event answer = answers.pollFirst();
    return answer != null ? answer : events.pollFirst();
  }
}
