package dev.outlive.manager;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.managed.ManagedBarrier;
import dev.outlive.managed.ManagedLatch;
import dev.outlive.managed.ManagedSemaphore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * What the JDK says of its locks and synchronizers, held against whatever implements their
 * interfaces. One file, as it is one contract.
 */
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
abstract class SynchronizerContract {
  abstract Subjects subjects();

  /** Something that another thread does. */
  private static final class Other<T> {
    private final FutureTask<T> work;
    private final Thread thread;

    private Other(Callable<T> work) {
      this.work = new FutureTask<>(work);
      this.thread = Thread.ofPlatform().daemon().start(this.work);
    }

    static <T> Other<T> doing(Callable<T> work) {
      return new Other<>(work);
    }

    T result() throws Exception {
      try {
        return work.get(60, SECONDS);
      } catch (ExecutionException e) {
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    }

    void interrupt() {
      thread.interrupt();
    }

    boolean isDone() {
      return work.isDone();
    }
  }

  private static boolean heldByAnother(Lock lock) throws Exception {
    return Other.doing(
            () -> {
              boolean got = lock.tryLock();
              if (got) {
                lock.unlock();
              }
              return !got;
            })
        .result();
  }

  /** Waits until a thread is not at work: it waits for what the test withholds. */
  private static void untilWaiting(Other<?> other) {
    Await.until(
        "the other thread waits",
        () ->
            !other.isDone() && other.thread.getState() != Thread.State.RUNNABLE || inSelect(other));
  }

  /** A client waits in a selector, which Java calls running. */
  private static boolean inSelect(Other<?> other) {
    StackTraceElement[] frames = other.thread.getStackTrace();
    return frames.length > 0 && frames[0].getMethodName().equals("wait");
  }

  @Test
  void aLockIsReentrantAndExcludesOthers() throws Exception {
    Lock lock = subjects().lock();
    lock.lock();
    lock.lock();
    assertThat(heldByAnother(lock)).isTrue();
    lock.unlock();
    assertThat(heldByAnother(lock)).isTrue();
    lock.unlock();
    assertThat(heldByAnother(lock)).isFalse();
  }

  @Test
  void unlockingWhatOneDoesNotHoldIsRefused() throws Exception {
    Lock lock = subjects().lock();
    assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
    lock.lock();
    Other<Boolean> other =
        Other.doing(
            () -> {
              lock.unlock();
              return true;
            });
    assertThatThrownBy(other::result).isInstanceOf(IllegalMonitorStateException.class);
    lock.unlock();
  }

  @Test
  void tryLockDoesNotWait() throws Exception {
    Lock lock = subjects().lock();
    assertThat(lock.tryLock()).isTrue();
    assertThat(lock.tryLock()).isTrue();
    assertThat(Other.doing(lock::tryLock).result()).isFalse();
    lock.unlock();
    lock.unlock();
  }

  @Test
  void aTimedTryLockGivesUpOrGetsIt() throws Exception {
    Lock lock = subjects().lock();
    lock.lock();
    assertThat(Other.doing(() -> lock.tryLock(20, MILLISECONDS)).result()).isFalse();
    Other<Boolean> other =
        Other.doing(
            () -> {
              boolean got = lock.tryLock(60, SECONDS);
              lock.unlock();
              return got;
            });
    untilWaiting(other);
    lock.unlock();
    assertThat(other.result()).isTrue();
  }

  @Test
  void lockInterruptiblyEndsWithAnInterrupt() throws Exception {
    Lock lock = subjects().lock();
    lock.lock();
    Other<Boolean> other =
        Other.doing(
            () -> {
              lock.lockInterruptibly();
              return true;
            });
    untilWaiting(other);
    other.interrupt();
    assertThatThrownBy(other::result).isInstanceOf(InterruptedException.class);
    lock.unlock();
    assertThat(heldByAnother(lock)).isFalse();
  }

  @Test
  void lockIgnoresAnInterruptAndKeepsIt() throws Exception {
    Lock lock = subjects().lock();
    lock.lock();
    Other<Boolean> other =
        Other.doing(
            () -> {
              lock.lock();
              boolean interrupted = Thread.currentThread().isInterrupted();
              lock.unlock();
              return interrupted;
            });
    untilWaiting(other);
    other.interrupt();
    untilWaiting(other);
    lock.unlock();
    assertThat(other.result()).isTrue();
  }

  @Test
  void anInterruptThatIsThereAlreadyEndsWhatIsInterruptible() throws Exception {
    Lock lock = subjects().lock();
    ManagedSemaphore semaphore = subjects().semaphore(1);
    Other<List<Boolean>> other =
        Other.doing(
            () -> {
              List<Boolean> cleared = new ArrayList<>();
              for (Callable<?> call :
                  List.<Callable<?>>of(
                      () -> lock.tryLock(1, SECONDS),
                      () -> {
                        semaphore.acquire();
                        return true;
                      })) {
                Thread.currentThread().interrupt();
                assertThatThrownBy(call::call).isInstanceOf(InterruptedException.class);
                cleared.add(!Thread.currentThread().isInterrupted());
              }
              return cleared;
            });
    assertThat(other.result()).containsExactly(true, true);
    assertThat(semaphore.availablePermits()).isEqualTo(1);
  }

  @Test
  void aConditionLetsGoOfTheLockAndHasItBackAfterwards() throws Exception {
    Lock lock = subjects().lock();
    Condition condition = lock.newCondition();
    AtomicReference<String> said = new AtomicReference<>("");
    Other<Boolean> other =
        Other.doing(
            () -> {
              lock.lock();
              lock.lock();
              try {
                while (said.get().isEmpty()) {
                  condition.await();
                }
                return heldByAnother(lock);
              } finally {
                lock.unlock();
                lock.unlock();
              }
            });
    untilWaiting(other);
    lock.lock();
    said.set("go on");
    condition.signal();
    lock.unlock();
    assertThat(other.result()).isTrue();
    assertThat(heldByAnother(lock)).isFalse();
  }

  @Test
  void aConditionCannotBeUsedWithoutTheLock() {
    Condition condition = subjects().lock().newCondition();
    assertThatThrownBy(condition::await).isInstanceOf(IllegalMonitorStateException.class);
    assertThatThrownBy(condition::signal).isInstanceOf(IllegalMonitorStateException.class);
    assertThatThrownBy(condition::signalAll).isInstanceOf(IllegalMonitorStateException.class);
  }

  @Test
  void signalWakesOneAndSignalAllTheRest() throws Exception {
    Lock lock = subjects().lock();
    Condition condition = lock.newCondition();
    ManagedLatch ready = subjects().latch(3);
    List<Other<Boolean>> others = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      others.add(
          Other.doing(
              () -> {
                lock.lock();
                try {
                  ready.countDown();
                  return condition.await(60, SECONDS);
                } finally {
                  lock.unlock();
                }
              }));
    }
    ready.await();
    lock.lock(); // all wait by now, since each lets go of it only by waiting
    condition.signal();
    lock.unlock();
    Await.until("one is woken", () -> others.stream().filter(Other::isDone).count() == 1);
    lock.lock();
    condition.signalAll();
    lock.unlock();
    for (Other<Boolean> other : others) {
      assertThat(other.result()).isTrue();
    }
  }

  @Test
  void aWaitForAConditionIsTimedAndInterruptible() throws Exception {
    Lock lock = subjects().lock();
    Condition condition = lock.newCondition();
    lock.lock();
    assertThat(condition.await(10, MILLISECONDS)).isFalse();
    assertThat(condition.awaitNanos(1_000_000)).isLessThanOrEqualTo(0);
    assertThat(condition.awaitUntil(new java.util.Date(System.currentTimeMillis() + 10))).isFalse();
    lock.unlock();
    Other<Boolean> other =
        Other.doing(
            () -> {
              lock.lock();
              try {
                condition.await();
                return true;
              } finally {
                lock.unlock();
              }
            });
    untilWaiting(other);
    other.interrupt();
    assertThatThrownBy(other::result).isInstanceOf(InterruptedException.class);
    assertThat(heldByAnother(lock)).isFalse();
  }

  @Test
  void readersShareAndAWriterExcludes() throws Exception {
    ReadWriteLock lock = subjects().readWriteLock();
    lock.readLock().lock();
    assertThat(heldByAnother(lock.readLock())).isFalse();
    assertThat(heldByAnother(lock.writeLock())).isTrue();
    lock.readLock().unlock();
    lock.writeLock().lock();
    assertThat(heldByAnother(lock.readLock())).isTrue();
    lock.readLock().lock(); // a writer may read
    lock.writeLock().unlock();
    assertThat(heldByAnother(lock.writeLock())).isTrue();
    lock.readLock().unlock();
    assertThat(heldByAnother(lock.writeLock())).isFalse();
  }

  @Test
  void aReadLockHasNoConditions() {
    ReadWriteLock lock = subjects().readWriteLock();
    assertThatThrownBy(() -> lock.readLock().newCondition())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(lock.writeLock().newCondition()).isNotNull();
    assertThat(lock.readLock()).isEqualTo(lock.readLock());
  }

  @Test
  void aSemaphoreCountsItsPermits() throws Exception {
    ManagedSemaphore semaphore = subjects().semaphore(3);
    semaphore.acquire();
    semaphore.acquire(2);
    assertThat(semaphore.availablePermits()).isZero();
    assertThat(semaphore.tryAcquire()).isFalse();
    assertThat(semaphore.tryAcquire(10, MILLISECONDS)).isFalse();
    Other<Boolean> other =
        Other.doing(
            () -> {
              semaphore.acquire(2);
              return true;
            });
    untilWaiting(other);
    semaphore.release();
    semaphore.release();
    assertThat(other.result()).isTrue();
    semaphore.release(5); // more than it began with
    assertThat(semaphore.availablePermits()).isEqualTo(5);
    assertThat(semaphore.tryAcquire(5)).isTrue();
    assertThatThrownBy(() -> semaphore.release(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> semaphore.acquire(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPermitMayBeReleasedByAnotherThread() throws Exception {
    ManagedSemaphore semaphore = subjects().semaphore(0);
    Other<Boolean> other =
        Other.doing(
            () -> {
              semaphore.release();
              return true;
            });
    semaphore.acquire();
    assertThat(other.result()).isTrue();
  }

  @Test
  void aLatchOpensAtZeroAndStaysOpen() throws Exception {
    ManagedLatch latch = subjects().latch(2);
    assertThat(latch.await(10, MILLISECONDS)).isFalse();
    Other<Boolean> other =
        Other.doing(
            () -> {
              latch.await();
              return true;
            });
    latch.countDown();
    assertThat(latch.getCount()).isEqualTo(1);
    latch.countDown();
    latch.countDown();
    assertThat(latch.getCount()).isZero();
    assertThat(other.result()).isTrue();
    assertThat(latch.await(1, SECONDS)).isTrue();
  }

  @Test
  void aBarrierLetsAllGoTogetherAgainAndAgain() throws Exception {
    ManagedBarrier barrier = subjects().barrier(3);
    for (int round = 0; round < 3; round++) {
      List<Other<Integer>> others =
          List.of(Other.doing(barrier::await), Other.doing(barrier::await));
      Await.until("two wait", () -> barrier.getNumberWaiting() == 2);
      assertThat(barrier.await()).isZero();
      assertThat(List.of(others.get(0).result(), others.get(1).result()))
          .containsExactlyInAnyOrder(1, 2);
    }
    assertThat(barrier.getParties()).isEqualTo(3);
    assertThat(barrier.getNumberWaiting()).isZero();
  }

  @Test
  void aTimeoutBreaksABarrierForAll() throws Exception {
    ManagedBarrier barrier = subjects().barrier(3);
    Other<Integer> other = Other.doing(barrier::await);
    Await.until("one waits", () -> barrier.getNumberWaiting() == 1);
    assertThatThrownBy(() -> barrier.await(10, MILLISECONDS)).isInstanceOf(TimeoutException.class);
    assertThatThrownBy(other::result).isInstanceOf(BrokenBarrierException.class);
    assertThat(barrier.isBroken()).isTrue();
    assertThatThrownBy(barrier::await).isInstanceOf(BrokenBarrierException.class);
    barrier.reset();
    assertThat(barrier.isBroken()).isFalse();
  }

  @Test
  void anInterruptBreaksABarrierForAll() throws Exception {
    ManagedBarrier barrier = subjects().barrier(3);
    Other<Integer> first = Other.doing(barrier::await);
    Other<Integer> second = Other.doing(barrier::await);
    Await.until("two wait", () -> barrier.getNumberWaiting() == 2);
    first.interrupt();
    assertThatThrownBy(first::result).isInstanceOf(InterruptedException.class);
    assertThatThrownBy(second::result).isInstanceOf(BrokenBarrierException.class);
  }

  @Test
  void aResetBreaksABarrierForWhoeverWaits() throws Exception {
    ManagedBarrier barrier = subjects().barrier(2);
    Other<Integer> other = Other.doing(barrier::await);
    Await.until("one waits", () -> barrier.getNumberWaiting() == 1);
    barrier.reset();
    assertThatThrownBy(other::result).isInstanceOf(BrokenBarrierException.class);
    Other<Integer> again = Other.doing(barrier::await);
    assertThat(barrier.await()).isBetween(0, 1);
    assertThat(again.result()).isBetween(0, 1);
  }
}
