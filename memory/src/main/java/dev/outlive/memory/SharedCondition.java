package dev.outlive.memory;

import dev.outlive.os.Futex;
import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * Waits for a signal between processes. A waiter reads the number of signals while it holds the
 * lock, gives the lock back, and sleeps for as long as the number is the same: it leaves nothing
 * that its death could spoil.
 */
final class SharedCondition implements Condition {
  private final LockState lock;
  private final LockNotes notes;

  SharedCondition(LockState lock) {
    this.lock = lock;
    this.notes = lock.notes();
  }

  @Override
  public void await() throws InterruptedException {
    long _ = sleep(LockState.FOR_EVER, true);
  }

  @Override
  public void awaitUninterruptibly() {
    try {
      long _ = sleep(LockState.FOR_EVER, false);
    } catch (InterruptedException e) {
      throw new AssertionError("not asked for", e);
    }
  }

  @Override
  public long awaitNanos(long nanos) throws InterruptedException {
    return sleep(nanos, true);
  }

  @Override
  public boolean await(long time, TimeUnit unit) throws InterruptedException {
    return sleep(unit.toNanos(time), true) > 0;
  }

  @Override
  @SuppressWarnings("JavaUtilDate") // the interface has it
  public boolean awaitUntil(Date deadline) throws InterruptedException {
    long millis = deadline.getTime() - System.currentTimeMillis();
    return sleep(TimeUnit.MILLISECONDS.toNanos(millis), true) > 0;
  }

  @Override
  public void signal() {
    signalAll();
  }

  @Override
  public void signalAll() {
    if (!lock.isMine()) {
      throw lock.notOwner();
    }
    notes.signal();
    Futex.wakeAll(notes.sequenceWord());
  }

  /**
   * Returns what is left of the time.
   *
   * @throws IllegalStateException if the memory is closed, before or meanwhile: no signal would end
   *     the wait, and the lock is held until it is given back
   */
  private long sleep(long nanos, boolean interruptibly) throws InterruptedException {
    if (interruptibly && Thread.interrupted()) {
      throw new InterruptedException();
    }
    long start = System.nanoTime();
    int seen = notes.sequence();
    int times = lock.releaseAll();
    boolean interrupted = false;
    long left = nanos;
    try {
      while (left > 0 && notes.sequence() == seen && !lock.isClosing()) {
        Futex.await(notes.sequenceWord(), seen, Math.min(left, LockState.SLICE_NANOS));
        interrupted |= Thread.interrupted();
        if (interrupted && interruptibly) {
          break;
        }
        left = nanos == LockState.FOR_EVER ? nanos : nanos - (System.nanoTime() - start);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt(); // what comes now may throw something else
      }
      lock.takeAgain(times);
    }
    if (interrupted && interruptibly) {
      boolean _ = Thread.interrupted();
      throw new InterruptedException();
    }
    lock.requireOpen();
    return left;
  }
}
