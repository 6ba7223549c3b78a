package dev.outlive.bench;

import dev.outlive.memory.SharedInt;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** How tasks and their program wait for one another: a count of arrivals that they share. */
public final class Arrivals {
  private Arrivals() {}

  /** Adds one, and wakes whoever waits for it. */
  public static void arrive(SharedInt count) {
    Lock lock = count.mutex();
    lock.lock();
    try {
      count.incrementAndGet();
      lock.newCondition().signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until so many have arrived. */
  public static void await(SharedInt count, int number) throws InterruptedException {
    Lock lock = count.mutex();
    lock.lock();
    try {
      Condition arrival = lock.newCondition();
      while (count.get() < number) {
        arrival.await();
      }
    } finally {
      lock.unlock();
    }
  }
}
