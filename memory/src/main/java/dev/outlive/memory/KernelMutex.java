package dev.outlive.memory;

import dev.outlive.os.RobustMutex;
import dev.outlive.os.RobustMutex.Taken;
import java.util.concurrent.TimeUnit;

/**
 * The kernel knows who holds it, and gives it to the next when that one dies.
 *
 * <p>Who finds it taken looks again before the kernel has it sleep, which costs both sides a call
 * and the sleeper its processor. It looks seldom: each look takes the mutex's cache line from
 * whoever holds it, who meanwhile can take it many times over. It does so however many processors
 * the JVM counts: that of a worker counts its share of them, which is often one.
 */
final class KernelMutex implements Mutex {
  private static final int LOOKS = 5;
  private static final long APART_NANOS = TimeUnit.MICROSECONDS.toNanos(4);

  private final RobustMutex mutex;

  KernelMutex(RobustMutex mutex) {
    this.mutex = mutex;
  }

  @Override
  public Taken tryTake() {
    return mutex.tryLock();
  }

  @Override
  public Taken take(long nanos) {
    for (int look = 0; look < LOOKS; look++) {
      spin(APART_NANOS);
      Taken taken = mutex.tryLock();
      if (taken != Taken.BUSY) {
        return taken;
      }
    }
    return mutex.lock(nanos);
  }

  private static void spin(long nanos) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void repaired() {
    mutex.repaired();
  }

  @Override
  public void give() {
    mutex.unlock();
  }
}
