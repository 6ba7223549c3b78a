package dev.outlive.memory;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;

/**
 * A lock between processes, and between the threads of each, which nobody's death can hold up.
 *
 * <p>When its holder dies, by {@code kill -9}, a crash, or just because its thread ends (that of
 * {@code main} ends with its process), the lock is free at once. But what it guards may be half
 * changed, so the lock is then <em>broken</em>: each method that would take it throws {@link
 * OwnerDiedException}, which says who has died, and does not take it; to everybody, until somebody
 * has repaired the state:
 *
 * {@snippet file="dev/outlive/memory/snippets/MemorySnippets.java" region="recover"}
 *
 * <p>It is reentrant, and not fair. It belongs to a platform thread: virtual threads are refused,
 * since the kernel knows only the thread that carries one. A thread may hold up to 2,048 of them
 * (ROBUST_LIST_LIMIT of Linux). Actions before {@link #unlock} happen before those after the next
 * {@link #lock}, in whatever process.
 *
 * <p>It is made with {@link #create}, or is the {@link Shared#mutex} of another object; then it is
 * closed with that. Without native access, and off Linux, it is a lock on a file, which is a
 * hundred times slower; a lock that was made with native access cannot be used by a JVM without.
 * Where it is one on a file, a process keeps a descriptor of the file, and the memory mapped, from
 * the first use of the lock until {@link #close}. Safe for use by many threads and processes.
 * Source: pthread_mutexattr_setrobust(3).
 */
public final class SharedLock extends Shared implements Lock {
  private static final long serialVersionUID = 1;

  private final transient LockState state;

  SharedLock(Segment segment) {
    super(segment);
    this.state = new LockState(segment);
  }

  /**
   * Makes a lock that nobody holds.
   *
   * @throws SharedMemoryException if there is no room for it
   */
  public static SharedLock create() {
    return SegmentTable.create(SegmentType.LOCK, 0, Optional.empty()).lock();
  }

  /** Returns this lock. */
  @Override
  public SharedLock mutex() {
    return this;
  }

  /** As {@link Shared#close}; a lock that is the mutex of another object is closed with that. */
  @Override
  public void close() {
    if (mapped().type() == SegmentType.LOCK) {
      super.close();
    }
  }

  /** The mapping is closed. */
  void closing() {
    state.closing();
  }

  @Override
  boolean standsForLock() {
    return true;
  }

  /**
   * Takes the lock, and waits for it as long as it takes. An interrupt does not end the wait.
   *
   * @throws OwnerDiedException if the lock is broken; then it is not held
   * @throws IllegalStateException if it is closed, before or meanwhile; or if this thread holds
   *     2,048 of them already
   * @throws UnsupportedOperationException on a virtual thread; or if it was made with native access
   *     and this JVM has none
   * @throws SharedMemoryException if it is a lock on a file, which this process has not used
   *     before, and its maker has closed it or has ended
   */
  @Override
  public void lock() {
    if (!state.reenter()) {
      boolean _ = state.settle(state.acquire(LockState.FOR_EVER));
    }
  }

  /**
   * As {@link #lock}, but ends with an interrupt, of which it takes note within 10 ms.
   *
   * @throws InterruptedException if the thread was interrupted; then the lock is not held
   */
  @Override
  public void lockInterruptibly() throws InterruptedException {
    if (!state.tryFor(LockState.FOR_EVER)) {
      throw new AssertionError("a wait without a limit has ended");
    }
  }

  /**
   * Takes the lock if nobody else holds it.
   *
   * @return whether it is held now
   * @throws OwnerDiedException as {@link #lock}; so do all others
   */
  @Override
  public boolean tryLock() {
    return state.reenter() || state.settle(state.acquire(0));
  }

  /**
   * Takes the lock if it is to be had within that time.
   *
   * @return whether it is held now
   * @throws InterruptedException if the thread was interrupted; then the lock is not held
   */
  @Override
  public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
    return state.tryFor(Math.max(0, unit.toNanos(time)));
  }

  /**
   * Gives the lock back, if it was taken as often as it has been given back with this.
   *
   * @throws IllegalMonitorStateException if this thread does not hold it
   */
  @Override
  public void unlock() {
    state.unlock();
  }

  /**
   * Repairs what the lock guards, if the lock is broken: takes it, has the handler repair, marks it
   * whole, and gives it back. Does nothing if it is whole. A handler that throws, or dies, leaves
   * it broken; it runs on this thread, and should work whatever an earlier one has already done.
   *
   * @param repair is told who has died; of several deaths the last one
   * @return whether it was broken, and is no more
   * @throws IllegalStateException if it is closed
   */
  public boolean recover(Consumer<? super OwnerDiedException> repair) {
    boolean repaired = lockOrRecover(repair);
    unlock();
    return repaired;
  }

  /**
   * Takes the lock as {@link #lock} does, and repairs first what it guards if it is broken: never
   * stuck, never silently.
   *
   * @param repair as for {@link #recover}; if it throws, the lock is not held, and still broken
   * @return whether it was broken, and is no more
   * @throws IllegalStateException if it is closed
   * @throws IllegalMonitorStateException if the handler has given the lock back
   */
  public boolean lockOrRecover(Consumer<? super OwnerDiedException> repair) {
    return state.lockOrRecover(repair);
  }

  /** Returns whether somebody has died with the lock, and nobody has repaired what it guards. */
  public boolean isBroken() {
    try {
      return state.notes().isBroken();
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Returns whether this thread holds the lock. */
  public boolean isHeldByCurrentThread() {
    return state.isMine();
  }

  /**
   * Returns a condition of this lock. All conditions of a lock, in all processes, are one: a signal
   * wakes all who wait, {@code signal} as well as {@code signalAll}, so that none is lost with a
   * waiter that dies. So each waits in a loop, as always. An {@code await} that finds the lock
   * broken throws {@link OwnerDiedException} without holding it; the {@code unlock} of its {@code
   * finally} block then does nothing. One whose memory is closed, before or meanwhile, throws
   * {@link IllegalStateException}, and holds the lock, which that {@code unlock} gives back.
   */
  @Override
  public Condition newCondition() {
    return new SharedCondition(state);
  }

  /** Returns what it is, whether it is broken, and who holds it. */
  @Override
  public String toString() {
    return state.toString();
  }
}
