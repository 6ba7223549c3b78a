package dev.outlive.internal.service;

import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/** A condition of a lock in the server. Whoever waits does so in a loop of his own. */
@SuppressWarnings("WaitNotInLoop")
final class ConditionObject implements Condition {
  private final Condition condition;

  ConditionObject(Condition condition) {
    this.condition = condition;
  }

  @Override
  public void await() throws InterruptedException {
    condition.await();
  }

  /** Only the caller's death interrupts this: the client cancels no call that cannot throw it. */
  @Override
  public void awaitUninterruptibly() {
    try {
      condition.await();
    } catch (InterruptedException e) {
      throw new ClientGoneException(e);
    }
  }

  @Override
  public long awaitNanos(long nanos) throws InterruptedException {
    return condition.awaitNanos(nanos);
  }

  @Override
  public boolean await(long time, TimeUnit unit) throws InterruptedException {
    return condition.await(time, unit);
  }

  @Override
  public boolean awaitUntil(Date deadline) throws InterruptedException {
    return condition.awaitUntil(deadline);
  }

  @Override
  public void signal() {
    condition.signal();
  }

  @Override
  public void signalAll() {
    condition.signalAll();
  }
}
