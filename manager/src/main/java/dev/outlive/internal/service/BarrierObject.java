package dev.outlive.internal.service;

import dev.outlive.managed.ManagedBarrier;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A barrier in the server. The JDK's cannot be used: whoever leaves it while it waits breaks it,
 * and a dead client only gives back its place.
 */
public final class BarrierObject implements ManagedBarrier {
  /** One round of the barrier: it ends when all have come, or when it breaks. */
  private static final class Round {
    boolean broken;
    int came;
  }

  private final int parties;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition over = lock.newCondition();
  private Round round = new Round(); // guarded by lock

  /** Creates one for so many parties. */
  public BarrierObject(int parties) {
    this.parties = parties;
  }

  @Override
  public int await() throws InterruptedException, BrokenBarrierException {
    try {
      return await(Long.MAX_VALUE);
    } catch (TimeoutException e) {
      throw new AssertionError("292 years have passed", e);
    }
  }

  @Override
  public int await(long timeout, TimeUnit unit)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    return await(unit.toNanos(timeout));
  }

  private int await(long nanos)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    lock.lockInterruptibly();
    try {
      Round mine = round;
      if (mine.broken) {
        throw new BrokenBarrierException();
      }
      mine.came++;
      int place = parties - mine.came;
      if (place == 0) {
        round = new Round();
        over.signalAll();
        return 0;
      }
      awaitEnd(mine, nanos);
      return place;
    } finally {
      lock.unlock();
    }
  }

  private void awaitEnd(Round mine, long nanos)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    long left = nanos;
    while (round == mine && !mine.broken) {
      if (left <= 0) {
        breakUp(mine);
        throw new TimeoutException();
      }
      try {
        left = over.awaitNanos(left);
      } catch (InterruptedException e) {
        if (round != mine || mine.broken) { // it ended before: the interrupt is for later
          Thread.currentThread().interrupt();
        } else {
          interrupted(mine);
          throw e;
        }
      }
    }
    if (mine.broken) {
      throw new BrokenBarrierException();
    }
  }

  private void interrupted(Round mine) {
    if (Caller.current().isGone()) {
      mine.came--;
    } else {
      breakUp(mine);
    }
  }

  private void breakUp(Round mine) {
    mine.broken = true;
    over.signalAll();
  }

  @Override
  public int getParties() {
    return parties;
  }

  @Override
  public int getNumberWaiting() {
    lock.lock();
    try {
      return round.broken ? 0 : round.came;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isBroken() {
    lock.lock();
    try {
      return round.broken;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void reset() {
    lock.lock();
    try {
      breakUp(round);
      round = new Round();
    } finally {
      lock.unlock();
    }
  }
}
