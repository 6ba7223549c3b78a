package dev.outlive.internal.pool;

import dev.outlive.monitor.KilledTask;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last attempts that were lost with their worker. Safe for use by many threads. */
final class KilledTasks {
  private static final int KEPT = 10_000;

  private final Deque<KilledTask> last = new ArrayDeque<>(); // guarded by this

  synchronized void add(KilledTask task) {
    if (last.size() == KEPT) {
      last.removeFirst();
    }
    last.addLast(task);
  }

  synchronized List<KilledTask> list() {
    return List.copyOf(last);
  }
}
