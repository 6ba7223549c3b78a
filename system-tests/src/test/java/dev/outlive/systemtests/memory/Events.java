package dev.outlive.systemtests.memory;

import dev.outlive.monitor.PoolEvent;
import dev.outlive.monitor.PoolListener;
import dev.outlive.systemtests.Await;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Keeps what a pool tells, in its order. */
final class Events implements PoolListener {
  private final Queue<PoolEvent> all = new ConcurrentLinkedQueue<>();

  @Override
  public void on(PoolEvent event) {
    all.add(event);
  }

  List<PoolEvent> all() {
    return List.copyOf(all);
  }

  <E extends PoolEvent> List<E> of(Class<E> type) {
    return all.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Returns the first of that kind, once there is one. */
  <E extends PoolEvent> E await(Class<E> type) {
    Await.until("a " + type.getSimpleName(), () -> !of(type).isEmpty());
    return of(type).getFirst();
  }
}
