package dev.outlive.internal.service;

import dev.outlive.managed.ByReference;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * A lock in the server: one of the JDK's, taken by the thread of the caller's connection, to which
 * the calling thread stays pinned while it holds it. When the client dies, that thread lets go.
 */
public final class LockObject implements Lock {
  private final Lock lock;

  /** Wraps a lock of the JDK. */
  public LockObject(Lock lock) {
    this.lock = lock;
  }

  /** Only the caller's death interrupts this: the client cancels no call that cannot throw it. */
  @Override
  public void lock() {
    try {
      lockInterruptibly();
    } catch (InterruptedException e) {
      throw new ClientGoneException(e);
    }
  }

  @Override
  public void lockInterruptibly() throws InterruptedException {
    lock.lockInterruptibly();
    Caller.current().locked(lock);
  }

  @Override
  public boolean tryLock() {
    return noted(lock.tryLock());
  }

  @Override
  public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
    return noted(lock.tryLock(time, unit));
  }

  private boolean noted(boolean locked) {
    if (locked) {
      Caller.current().locked(lock);
    }
    return locked;
  }

  @Override
  public void unlock() {
    lock.unlock();
    Caller.current().unlocked(lock);
  }

  @Override
  @ByReference
  public Condition newCondition() {
    return new ConditionObject(lock.newCondition());
  }
}
