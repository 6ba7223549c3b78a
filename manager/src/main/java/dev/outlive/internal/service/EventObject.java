package dev.outlive.internal.service;

import dev.outlive.managed.ManagedEvent;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** An event in the server. Who waits goes on once it was set, though it is cleared at once. */
public final class EventObject implements ManagedEvent {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean set; // guarded by lock
  private long times; // guarded by lock

  @Override
  public void set() {
    lock.lock();
    try {
      if (!set) {
        set = true;
        times++;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void clear() {
    lock.lock();
    try {
      set = false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isSet() {
    lock.lock();
    try {
      return set;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void await() throws InterruptedException {
    boolean _ = await(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
  }

  @Override
  public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = unit.toNanos(timeout);
      long before = times;
      while (!set && times == before) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
