package dev.outlive.memory;

import dev.outlive.os.RobustMutex;
import dev.outlive.os.RobustMutex.Taken;

/** The kernel knows who holds it, and gives it to the next when that one dies. */
final class KernelMutex implements Mutex {
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
    return mutex.lock(nanos);
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
