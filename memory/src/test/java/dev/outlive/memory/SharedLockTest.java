package dev.outlive.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a lock promises to the threads of one process. */
@ExtendWith(NothingLeft.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class SharedLockTest {

  /** Runs something on a thread of its own to its end. */
  private static <T> T elsewhere(java.util.concurrent.Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = Thread.ofPlatform().name("elsewhere").start(task);
    thread.join();
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private static void abandon(SharedLock lock) throws Exception {
    boolean _ =
        elsewhere(
            () -> {
              lock.lock();
              return true;
            });
  }

  @Test
  void a_thread_is_refused_more_locks_than_the_kernel_frees() throws Exception {
    List<SharedLock> locks = new ArrayList<>();
    try {
      for (int i = 0; i <= 2_048; i++) {
        locks.add(SharedLock.create());
      }
      locks.subList(0, 2_048).forEach(SharedLock::lock);
      SharedLock last = locks.getLast();
      if (dev.outlive.os.RobustMutex.available()) {
        assertThatThrownBy(last::lock)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("may hold 2,048 shared locks");
      }
      locks.getFirst().unlock();
      last.lock();
      last.unlock();
      locks.subList(1, 2_048).forEach(SharedLock::unlock);
    } finally {
      locks.forEach(SharedLock::close);
    }
  }

  @Test
  void it_is_reentrant_and_gives_way_once_it_was_given_back_as_often() throws Exception {
    try (SharedLock lock = SharedLock.create()) {
      lock.lock();
      lock.lock();
      assertThat(lock.tryLock()).isTrue();
      assertThat(lock.tryLock(1, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < 3; i++) {
        lock.unlock();
        assertThat((boolean) elsewhere(lock::tryLock)).isFalse();
        assertThat(lock.isHeldByCurrentThread()).isTrue();
      }
      assertThat(lock.toString()).contains("held by process " + ProcessHandle.current().pid());
      lock.unlock();
      assertThat(lock.isHeldByCurrentThread()).isFalse();
      assertThat(lock.toString()).contains("free");
      assertThat(
              elsewhere(
                  () -> {
                    boolean taken = lock.tryLock();
                    lock.unlock();
                    return taken;
                  }))
          .isTrue();
    }
  }

  @Test
  void who_does_not_hold_it_cannot_give_it_back() throws Exception {
    try (SharedLock lock = SharedLock.create()) {
      assertThatThrownBy(lock::unlock)
          .isInstanceOf(IllegalMonitorStateException.class)
          .hasMessageContaining("does not hold the lock of SharedLock");
      lock.lock();
      assertThatThrownBy(
              () ->
                  elsewhere(
                      () -> {
                        lock.unlock();
                        return 0;
                      }))
          .isInstanceOf(IllegalMonitorStateException.class);
      lock.unlock();
      assertThatThrownBy(() -> lock.newCondition().signal())
          .isInstanceOf(IllegalMonitorStateException.class);
      assertThatThrownBy(() -> lock.newCondition().await())
          .isInstanceOf(IllegalMonitorStateException.class);
    }
  }

  @Test
  void a_try_has_its_limit() throws Exception {
    try (SharedLock lock = SharedLock.create()) {
      lock.lock();
      long begin = System.nanoTime();
      assertThat(elsewhere(() -> lock.tryLock(50, TimeUnit.MILLISECONDS))).isFalse();
      assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(50_000_000);
      assertThat(elsewhere(() -> lock.tryLock(-1, TimeUnit.SECONDS))).isFalse();
      lock.unlock();
    }
  }

  @Test
  void an_interrupt_ends_only_waits_that_it_may_end() throws Exception {
    try (SharedLock lock = SharedLock.create()) {
      lock.lock();
      AtomicReference<Throwable> end = new AtomicReference<>();
      Thread waiting =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      lock.lockInterruptibly();
                    } catch (InterruptedException e) {
                      end.set(e);
                    }
                  });
      waiting.interrupt();
      waiting.join();
      assertThat(end.get()).isInstanceOf(InterruptedException.class);

      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      Thread patient =
          Thread.ofPlatform()
              .start(
                  () -> {
                    lock.lock();
                    interrupted.complete(Thread.interrupted());
                    lock.unlock();
                  });
      patient.interrupt();
      assertThat(interrupted).isNotDone();
      lock.unlock();
      assertThat(interrupted.get()).isTrue();
      patient.join();
    }
  }

  @Test
  void threads_exclude_each_other() throws Exception {
    try (SharedLong count = SharedLong.create()) {
      Thread[] threads = new Thread[4];
      for (int t = 0; t < threads.length; t++) {
        threads[t] =
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int i = 0; i < 5_000; i++) {
                        count.mutex().lock();
                        count.setPlain(count.getPlain() + 1);
                        count.mutex().unlock();
                      }
                    });
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(count.get()).isEqualTo(20_000);
    }
  }

  @Test
  void two_threads_may_be_the_first_at_once() throws Exception {
    for (int round = 0; round < 500; round++) {
      try (SharedLock lock = SharedLock.create()) {
        CyclicBarrier both = new CyclicBarrier(2);
        Thread[] threads = new Thread[2];
        for (int t = 0; t < threads.length; t++) {
          threads[t] =
              Thread.ofPlatform()
                  .start(
                      () -> {
                        try {
                          int _ = both.await();
                        } catch (Exception e) {
                          throw new AssertionError(e);
                        }
                        if (lock.tryLock()) {
                          lock.unlock();
                        }
                      });
        }
        for (Thread thread : threads) {
          thread.join();
        }
        assertThat(lock.tryLock()).as("round " + round).isTrue();
        lock.unlock();
      }
    }
  }

  @Test
  void a_virtual_thread_is_refused_and_told_what_to_do() throws Exception {
    try (SharedLock lock = SharedLock.create()) {
      AtomicReference<Throwable> refusal = new AtomicReference<>();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  lock.lock();
                } catch (UnsupportedOperationException e) {
                  refusal.set(e);
                }
              })
          .join();
      assertThat(refusal.get()).hasMessageContaining("Thread.ofPlatform()");
    }
  }

  @Test
  void everybody_is_told_of_a_holder_that_ended_until_somebody_has_repaired() throws Exception {
    try (SharedLong guarded = SharedLong.create()) {
      SharedLock lock = guarded.mutex();
      abandon(lock);
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(lock::lock)
            .isInstanceOfSatisfying(
                OwnerDiedException.class,
                died -> {
                  assertThat(died.pid()).isEqualTo(ProcessHandle.current().pid());
                  assertThat(died.threadName()).isEqualTo("elsewhere");
                  assertThat(died.threadId()).isPositive();
                })
            .hasMessageContaining("recover(handler)");
        assertThatThrownBy(lock::tryLock).isInstanceOf(OwnerDiedException.class);
        assertThatThrownBy(() -> lock.tryLock(1, TimeUnit.SECONDS))
            .isInstanceOf(OwnerDiedException.class);
        assertThatThrownBy(lock::lockInterruptibly).isInstanceOf(OwnerDiedException.class);
        assertThat(lock.isHeldByCurrentThread()).isFalse();
        assertThat(lock.isBroken()).isTrue();
        assertThat(lock.toString()).contains("broken, free");
      }
      assertThatThrownBy(
              () ->
                  lock.recover(
                      death -> {
                        throw new IllegalArgumentException("no way");
                      }))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(lock.isBroken()).isTrue();
      assertThat(lock.isHeldByCurrentThread()).isFalse();

      AtomicInteger runs = new AtomicInteger();
      assertThat(
              lock.recover(
                  death -> {
                    assertThat(lock.isHeldByCurrentThread()).isTrue();
                    assertThat(death.threadName()).isEqualTo("elsewhere");
                    lock.lock(); // reentrant here too
                    lock.unlock();
                    runs.incrementAndGet();
                  }))
          .isTrue();
      assertThat(lock.recover(death -> runs.incrementAndGet())).isFalse();
      assertThat(lock.lockOrRecover(death -> runs.incrementAndGet())).isFalse();
      lock.unlock();
      assertThat(runs).hasValue(1);
      assertThat(lock.isBroken()).isFalse();
    }
  }

  @Test
  void a_handler_that_gives_the_lock_back_is_told_so() throws Exception {
    try (SharedLock lock = SharedLock.create()) {
      abandon(lock);
      assertThatThrownBy(() -> lock.lockOrRecover(death -> lock.unlock()))
          .isInstanceOf(IllegalMonitorStateException.class)
          .hasMessageContaining("the handler has given the");
      assertThat(lock.isHeldByCurrentThread()).isFalse();
      assertThat(lock.isBroken()).isTrue();
      assertThat(lock.recover(death -> {})).isTrue();
    }
  }

  @Test
  void lockOrRecover_does_both_in_one() throws Exception {
    try (SharedLock lock = SharedLock.create()) {
      abandon(lock);
      AtomicInteger runs = new AtomicInteger();
      assertThat(lock.lockOrRecover(death -> runs.incrementAndGet())).isTrue();
      assertThat(lock.isHeldByCurrentThread()).isTrue();
      assertThat(lock.lockOrRecover(death -> runs.incrementAndGet())).isFalse();
      lock.unlock();
      lock.unlock();
      assertThat(runs).hasValue(1);
      lock.lock();
      lock.unlock();
    }
  }

  @Test
  void a_signal_wakes_all_and_each_has_the_lock_as_often_as_before() throws Exception {
    try (SharedInt state = SharedInt.create()) {
      SharedLock lock = state.mutex();
      CountDownLatch inside = new CountDownLatch(2);
      Thread[] waiting = new Thread[2];
      for (int t = 0; t < waiting.length; t++) {
        waiting[t] =
            Thread.ofPlatform()
                .start(
                    () -> {
                      lock.lock();
                      lock.lock();
                      inside.countDown();
                      while (state.get() == 0) {
                        lock.newCondition().awaitUninterruptibly();
                      }
                      int _ = state.incrementAndGet();
                      lock.unlock();
                      lock.unlock();
                    });
      }
      inside.await();
      lock.lock(); // so both are waiting
      state.set(1);
      lock.newCondition().signal();
      lock.unlock();
      for (Thread thread : waiting) {
        thread.join();
      }
      assertThat(state.get()).isEqualTo(3);
    }
  }

  @Test
  void a_wait_has_its_limit_and_ends_with_an_interrupt() throws Exception {
    try (SharedLock lock = SharedLock.create()) {
      Condition condition = lock.newCondition();
      lock.lock();
      assertThat(condition.awaitNanos(20_000_000)).isLessThanOrEqualTo(0);
      assertThat(condition.await(10, TimeUnit.MILLISECONDS)).isFalse();
      assertThat(lock.isHeldByCurrentThread()).isTrue();
      Thread.currentThread().interrupt();
      assertThatThrownBy(condition::await).isInstanceOf(InterruptedException.class);
      Thread self = Thread.currentThread();
      Thread other =
          Thread.ofPlatform()
              .start(
                  () -> {
                    lock.lock(); // so it waits
                    self.interrupt();
                    lock.unlock();
                  });
      assertThatThrownBy(condition::await).isInstanceOf(InterruptedException.class);
      assertThat(lock.isHeldByCurrentThread()).isTrue();
      lock.unlock();
      other.join();
    }
  }

  @Test
  void who_waits_for_a_signal_is_told_of_a_death_and_need_not_give_back_what_it_lost()
      throws Exception {
    try (SharedLock lock = SharedLock.create()) {
      lock.lock();
      lock.lock();
      Thread dying =
          Thread.ofPlatform()
              .start(
                  () -> {
                    lock.lock();
                    lock.newCondition().signalAll();
                  });
      assertThatThrownBy(() -> lock.newCondition().await()).isInstanceOf(OwnerDiedException.class);
      assertThat(lock.isHeldByCurrentThread()).isFalse();
      lock.unlock();
      lock.unlock();
      assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
      dying.join();
    }
  }

  @Test
  void a_lock_that_is_closed_lets_its_holder_finish_and_all_others_go() throws Exception {
    SharedLock lock = SharedLock.create();
    lock.lock();
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    CountDownLatch begun = new CountDownLatch(1);
    Thread waiting =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    begun.countDown();
                    lock.lock();
                  } catch (IllegalStateException closed) {
                    end.complete(closed);
                  }
                });
    begun.await();
    lock.close();
    lock.close();
    assertThat(end.get()).hasMessageContaining("is closed");
    waiting.join();
    assertThat(lock.isClosed()).isTrue();
    lock.lock(); // it has it already
    lock.unlock();
    lock.unlock();
    assertThatIllegalStateException().isThrownBy(lock::lock).withMessageContaining("is closed");
    assertThatIllegalStateException().isThrownBy(lock::tryLock).withMessageContaining("is closed");
    assertThatIllegalStateException().isThrownBy(lock::isBroken).withMessageContaining("is closed");
    assertThat(lock.toString()).contains("closed");
  }

  @Test
  void who_waits_for_a_signal_in_a_loop_is_told_that_it_is_closed() throws Exception {
    SharedInt state = SharedInt.create();
    CountDownLatch begun = new CountDownLatch(1);
    FutureTask<Integer> waiting =
        new FutureTask<>(
            () -> {
              state.mutex().lock();
              try {
                begun.countDown();
                while (state.get() == 0) {
                  state.mutex().newCondition().await();
                }
                return state.get();
              } finally {
                assertThat(state.mutex().isHeldByCurrentThread()).isTrue();
                state.mutex().unlock();
              }
            });
    Thread thread = Thread.ofPlatform().start(waiting);
    begun.await();
    state.close();
    assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
    thread.join();
    assertThatIllegalStateException().isThrownBy(state::get);
  }

  @Test
  void the_mutex_of_another_object_is_closed_with_that() throws Exception {
    SharedInt value = SharedInt.create(3);
    SharedLock lock = value.mutex();
    assertThat(value.mutex()).isSameAs(lock);
    assertThat(Wire.object(Wire.text(lock))).isSameAs(lock);
    lock.close();
    assertThat(value.get()).isEqualTo(3);
    lock.lock();
    lock.unlock();
    value.close();
    assertThatIllegalStateException().isThrownBy(lock::lock).withMessageContaining("is closed");
  }
}
