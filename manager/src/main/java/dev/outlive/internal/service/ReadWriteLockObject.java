package dev.outlive.internal.service;

import dev.outlive.managed.ByReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A read-write lock in the server. */
public final class ReadWriteLockObject implements ReadWriteLock {
  private final LockObject read;
  private final LockObject write;

  /** Creates one that nobody holds. */
  public ReadWriteLockObject() {
    ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    this.read = new LockObject(lock.readLock());
    this.write = new LockObject(lock.writeLock());
  }

  @Override
  @ByReference
  public Lock readLock() {
    return read;
  }

  @Override
  @ByReference
  public Lock writeLock() {
    return write;
  }
}
