package dev.outlive.internal.service;

import dev.outlive.managed.ManagedLatch;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A latch in the server. */
public final class LatchObject implements ManagedLatch {
  private final CountDownLatch latch;

  /** Creates one with so many counts. */
  public LatchObject(int counts) {
    this.latch = new CountDownLatch(counts);
  }

  @Override
  public void countDown() {
    latch.countDown();
  }

  @Override
  public long getCount() {
    return latch.getCount();
  }

  @Override
  public void await() throws InterruptedException {
    latch.await();
  }

  @Override
  public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
    return latch.await(timeout, unit);
  }
}
