package dev.outlive.manager;

import dev.outlive.managed.ManagedBarrier;
import dev.outlive.managed.ManagedLatch;
import dev.outlive.managed.ManagedSemaphore;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Makes what the contract is tried on: the JDK's own show that the contract is theirs. */
interface Subjects {
  Lock lock();

  ReadWriteLock readWriteLock();

  ManagedSemaphore semaphore(int permits);

  ManagedLatch latch(int counts);

  ManagedBarrier barrier(int parties);

  static Subjects of(Manager manager) {
    return new Subjects() {
      @Override
      public Lock lock() {
        return manager.lock();
      }

      @Override
      public ReadWriteLock readWriteLock() {
        return manager.readWriteLock();
      }

      @Override
      public ManagedSemaphore semaphore(int permits) {
        return manager.semaphore(permits);
      }

      @Override
      public ManagedLatch latch(int counts) {
        return manager.latch(counts);
      }

      @Override
      public ManagedBarrier barrier(int parties) {
        return manager.barrier(parties);
      }
    };
  }

  static Subjects ofTheJdk() {
    return new Subjects() {
      @Override
      public Lock lock() {
        return new ReentrantLock();
      }

      @Override
      public ReadWriteLock readWriteLock() {
        return new ReentrantReadWriteLock();
      }

      @Override
      public ManagedSemaphore semaphore(int permits) {
        return new JdkSemaphore(new Semaphore(permits));
      }

      @Override
      public ManagedLatch latch(int counts) {
        return new JdkLatch(new CountDownLatch(counts));
      }

      @Override
      public ManagedBarrier barrier(int parties) {
        return new JdkBarrier(new CyclicBarrier(parties));
      }
    };
  }

  /** A semaphore of the JDK. */
  record JdkSemaphore(Semaphore jdk) implements ManagedSemaphore {
    @Override
    public void acquire() throws InterruptedException {
      jdk.acquire();
    }

    @Override
    public void acquire(int permits) throws InterruptedException {
      jdk.acquire(permits);
    }

    @Override
    public boolean tryAcquire() {
      return jdk.tryAcquire();
    }

    @Override
    public boolean tryAcquire(int permits) {
      return jdk.tryAcquire(permits);
    }

    @Override
    public boolean tryAcquire(long timeout, TimeUnit unit) throws InterruptedException {
      return jdk.tryAcquire(timeout, unit);
    }

    @Override
    public void release() {
      jdk.release();
    }

    @Override
    public void release(int permits) {
      jdk.release(permits);
    }

    @Override
    public int availablePermits() {
      return jdk.availablePermits();
    }
  }

  /** A latch of the JDK. */
  record JdkLatch(CountDownLatch jdk) implements ManagedLatch {
    @Override
    public void countDown() {
      jdk.countDown();
    }

    @Override
    public long getCount() {
      return jdk.getCount();
    }

    @Override
    public void await() throws InterruptedException {
      jdk.await();
    }

    @Override
    public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
      return jdk.await(timeout, unit);
    }
  }

  /** A barrier of the JDK. */
  record JdkBarrier(CyclicBarrier jdk) implements ManagedBarrier {
    @Override
    public int await() throws InterruptedException, BrokenBarrierException {
      return jdk.await();
    }

    @Override
    public int await(long timeout, TimeUnit unit)
        throws InterruptedException, BrokenBarrierException, TimeoutException {
      return jdk.await(timeout, unit);
    }

    @Override
    public int getParties() {
      return jdk.getParties();
    }

    @Override
    public int getNumberWaiting() {
      return jdk.getNumberWaiting();
    }

    @Override
    public boolean isBroken() {
      return jdk.isBroken();
    }

    @Override
    public void reset() {
      jdk.reset();
    }
  }
}
