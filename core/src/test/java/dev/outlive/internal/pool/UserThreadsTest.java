package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The user's code spins, sleeps and throws; it hurts nobody else. */
final class UserThreadsTest {
  private final HandClock clock = new HandClock();
  private final UserThreads threads = new UserThreads("outlive-test-user", 64, clock);
  private final AtomicBoolean over = new AtomicBoolean();
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void end() {
    over.set(true);
    release.countDown();
    threads.close(60_000);
    clock.shutdownNow();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      fail(e);
    }
  }

  /** A look that saw a job being taken adds nobody, so it may need more than one. */
  private void tickUntil(CountDownLatch latch) {
    for (int i = 0; i < 60_000 && latch.getCount() > 0; i++) {
      clock.tick();
      try {
        assertThat(latch.await(1, TimeUnit.MILLISECONDS) || i < 59_999).isTrue();
      } catch (InterruptedException e) {
        fail(e);
      }
    }
  }

  /** Starts a job that spins or sleeps until the test is over. */
  private void occupy(boolean spinning) {
    CountDownLatch started = new CountDownLatch(1);
    threads.execute(
        () -> {
          started.countDown();
          if (spinning) {
            while (!over.get()) {
              Thread.onSpinWait();
            }
          } else {
            await(release);
          }
        });
    await(started);
  }

  @Test
  void quick_jobs_share_one_thread_in_their_order() {
    List<Integer> done = Collections.synchronizedList(new ArrayList<>());
    List<Thread> used = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch all = new CountDownLatch(1_000);
    for (int i = 0; i < 1_000; i++) {
      int number = i;
      threads.execute(
          () -> {
            done.add(number);
            used.add(Thread.currentThread());
            all.countDown();
          });
    }
    await(all);
    assertThat(done).isEqualTo(IntStream.range(0, 1_000).boxed().toList());
    assertThat(used.getFirst()).matches(Thread::isDaemon).matches(thread -> !thread.isVirtual());
    assertThat(used.getFirst().getName()).isEqualTo("outlive-test-user-1");
    assertThat(used).containsOnly(used.getFirst());
  }

  @Test
  void a_spinning_job_holds_up_nobody_once_it_is_seen() {
    occupy(true);
    CountDownLatch quick = new CountDownLatch(3);
    for (int i = 0; i < 3; i++) {
      threads.execute(quick::countDown);
    }
    assertThat(quick.getCount()).isEqualTo(3);
    clock.tick();
    await(quick);
  }

  @Test
  void a_sleeping_job_holds_up_nobody_and_neither_does_a_second_one() {
    CountDownLatch both = new CountDownLatch(2);
    CountDownLatch quick = new CountDownLatch(1);
    for (int i = 0; i < 2; i++) {
      threads.execute(
          () -> {
            both.countDown();
            await(release);
          });
    }
    threads.execute(quick::countDown);
    tickUntil(both);
    tickUntil(quick);
  }

  @Test
  void no_thread_is_added_while_jobs_are_taken() throws InterruptedException {
    Semaphore step = new Semaphore(0);
    Semaphore taken = new Semaphore(0);
    List<Thread> used = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 20; i++) {
      threads.execute(
          () -> {
            used.add(Thread.currentThread());
            taken.release();
            step.acquireUninterruptibly();
          });
    }
    assertThat(taken.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
    for (int i = 1; i < 20; i++) {
      step.release();
      assertThat(taken.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
      clock.tick();
    }
    step.release(20);
    assertThat(used).hasSize(20).containsOnly(used.getFirst());
  }

  @Test
  void threads_are_bounded() throws InterruptedException {
    Semaphore started = new Semaphore(0);
    for (int i = 0; i < 80; i++) {
      threads.execute(
          () -> {
            started.release();
            await(release);
          });
    }
    for (int i = 1; i <= 64; i++) {
      assertThat(started.tryAcquire(60, TimeUnit.SECONDS)).as("thread %d", i).isTrue();
      clock.tick();
      clock.tick();
    }
    for (int i = 0; i < 10; i++) {
      clock.tick();
    }
    assertThat(started.tryAcquire(50, TimeUnit.MILLISECONDS)).isFalse();
  }

  @Test
  void a_job_that_throws_ends_alone() {
    CountDownLatch quick = new CountDownLatch(1);
    threads.execute(
        () -> {
          Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> {});
          throw new IllegalStateException("a callback's own");
        });
    threads.execute(quick::countDown);
    await(quick);
  }

  @Test
  void close_does_what_waits() {
    CountDownLatch all = new CountDownLatch(100);
    for (int i = 0; i < 100; i++) {
      threads.execute(all::countDown);
    }
    threads.close(60_000);
    assertThat(all.getCount()).isZero();
  }

  @Test
  void close_waits_no_longer_than_it_was_told_for_a_job_that_spins() {
    occupy(true);
    long start = System.nanoTime();
    threads.close(50);
    assertThat(System.nanoTime() - start).isBetween(50_000_000L, 30_000_000_000L);
    assertThat(over).isFalse();
  }

  @Test
  void what_waits_behind_jobs_that_never_end_is_done_at_the_close() {
    for (int i = 0; i < 3; i++) {
      threads.execute(() -> await(release));
    }
    CountDownLatch waited = new CountDownLatch(2);
    threads.execute(waited::countDown);
    threads.execute(() -> await(release));
    threads.execute(waited::countDown);
    threads.close(50);
    await(waited);
    assertThat(release.getCount()).isOne();
  }
}
