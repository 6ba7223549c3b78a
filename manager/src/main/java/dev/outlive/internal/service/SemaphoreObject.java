package dev.outlive.internal.service;

import dev.outlive.managed.ManagedSemaphore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A semaphore in the server, which knows how many permits each client has. */
public final class SemaphoreObject implements ManagedSemaphore, Ledger {
  private final Semaphore permits;
  private final int most;
  private final Map<Object, Integer> taken = new HashMap<>(); // guarded by itself

  /**
   * Creates one.
   *
   * @param permits how many there are at first
   * @param bounded whether there can never be more
   */
  public SemaphoreObject(int permits, boolean bounded) {
    this.permits = new Semaphore(permits);
    this.most = bounded ? permits : Integer.MAX_VALUE;
  }

  @Override
  public void acquire() throws InterruptedException {
    acquire(1);
  }

  @Override
  public void acquire(int number) throws InterruptedException {
    permits.acquire(number);
    boolean _ = note(number);
  }

  @Override
  public boolean tryAcquire() {
    return tryAcquire(1);
  }

  @Override
  public boolean tryAcquire(int number) {
    return permits.tryAcquire(number) && note(number);
  }

  @Override
  public boolean tryAcquire(long timeout, TimeUnit unit) throws InterruptedException {
    return permits.tryAcquire(timeout, unit) && note(1);
  }

  private boolean note(int number) {
    Caller caller = Caller.current();
    synchronized (taken) {
      Integer _ = taken.merge(caller.client(), number, Integer::sum);
    }
    caller.tellOfDeath(this);
    return true;
  }

  @Override
  public void release() {
    release(1);
  }

  @Override
  public void release(int number) {
    synchronized (taken) {
      int available = permits.availablePermits();
      if (number > most - available) {
        throw new IllegalStateException(
            "released too often: of "
                + most
                + " permits "
                + available
                + " are available, and "
                + number
                + " would come back");
      }
      permits.release(number);
      int left = settle(Caller.current().client(), number);
      for (Object other : List.copyOf(taken.keySet())) { // what others have taken comes back too
        left = settle(other, left);
      }
    }
  }

  /** Takes permits off what a client has; returns how many it did not have. Only with the lock. */
  private int settle(Object client, int number) {
    int had = taken.getOrDefault(client, 0);
    int off = Math.min(had, number);
    if (off == had) {
      taken.remove(client);
    } else {
      taken.put(client, had - off);
    }
    return number - off;
  }

  @Override
  public int availablePermits() {
    return permits.availablePermits();
  }

  @Override
  public void died(Object client) {
    synchronized (taken) {
      Integer had = taken.remove(client);
      if (had != null) {
        permits.release(had);
      }
    }
  }
}
