package dev.outlive.internal.local;

import dev.outlive.spi.Death;
import dev.outlive.spi.Frame;
import dev.outlive.spi.WorkerObserver;
import java.util.List;

/**
 * Tells an observer what happens to one worker, from several threads, in the order that {@link
 * WorkerObserver} promises: one call at a time, nothing but frames after {@code dying}, nothing at
 * all after {@code died}. Safe for use by many threads.
 */
final class ToldInOrder {
  private final WorkerObserver observer;

  /** Serialises what the observer is told. */
  private final Object lock = new Object();

  private boolean dying; // guarded by lock
  private boolean dead; // guarded by lock

  ToldInOrder(WorkerObserver observer) {
    this.observer = observer;
  }

  void started(long pid) {
    observer.started(pid);
  }

  void received(List<Frame> frames) {
    synchronized (lock) {
      if (!dead) {
        observer.received(frames);
      }
    }
  }

  void grown(long heldBytes, long limitBytes) {
    synchronized (lock) {
      if (!dying && !dead) {
        observer.grown(heldBytes, limitBytes);
      }
    }
  }

  void dying() {
    synchronized (lock) {
      if (!dying && !dead) {
        dying = true;
        observer.dying();
      }
    }
  }

  void died(Death death) {
    dying();
    synchronized (lock) {
      dead = true;
    }
    observer.died(death);
  }
}
