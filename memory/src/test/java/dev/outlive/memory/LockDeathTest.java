package dev.outlive.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of a lock whose holder's process is killed. Budget: 90 s. */
@ExtendWith(NothingLeft.class)
@Timeout(value = 3_600, threadMode = ThreadMode.SEPARATE_THREAD)
class LockDeathTest {
  private static final int TIMES = 10;
  private static final int PROCESSES = 3;
  private static final int KILLS = Integer.getInteger("outlive.lockKills", 30);
  private static final Duration GENEROUS = Duration.ofSeconds(2);

  @Test
  void the_next_is_told_at_once_who_has_died() throws Exception {
    List<Long> micros = new ArrayList<>();
    try (SharedLock lock = SharedLock.create()) {
      for (int i = 0; i < TIMES; i++) {
        try (Child holder = Child.program("hold", Wire.text(lock))) {
          assertThat(holder.line()).isEqualTo("held");
          assertThat(lock.tryLock()).isFalse();
          assertThat(lock.toString()).contains("held by process " + holder.pid());
          long killed = System.nanoTime();
          holder.kill();
          OwnerDiedException died = catchThrowableOfType(OwnerDiedException.class, lock::lock);
          micros.add((System.nanoTime() - killed) / 1_000);
          assertThat(died.pid()).isEqualTo(holder.pid());
          assertThat(died.threadName()).isEqualTo("main");
        }
        assertThat(lock.recover(death -> {})).isTrue();
      }
    }
    Collections.sort(micros);
    System.out.printf(
        "kill -9 of a holder -> the next is told: median %,d us, longest %,d us%n",
        micros.get(TIMES / 2), micros.getLast());
    assertThat(micros.get(TIMES / 2)).isLessThan(GENEROUS.toNanos() / 1_000);
  }

  @Test
  void what_is_said_of_a_holder_tells_whether_it_has_died() throws Exception {
    try (SharedLock lock = SharedLock.create();
        Child holder = Child.program("hold", Wire.text(lock))) {
      assertThat(holder.line()).isEqualTo("held");
      assertThat(lock.toString()).contains("held by process " + holder.pid() + ", thread");
      holder.kill();
      int _ = holder.end();
      assertThat(lock.toString()).contains(holder.pid() + ", which has ended, thread \"main\"");
      assertThat(lock.recover(death -> {})).isTrue();
    }
  }

  @Test
  void a_thread_that_ends_is_a_death_too() throws Exception {
    try (SharedLock lock = SharedLock.create();
        Child child = Child.program("holdAndEnd", Wire.text(lock))) {
      assertThat(child.line()).isEqualTo("ended");
      // without a robust mutex the kernel gives the lock back only with the process
      if (!lock.toString().contains("held") || dev.outlive.os.RobustMutex.available()) {
        OwnerDiedException died = catchThrowableOfType(OwnerDiedException.class, lock::lock);
        assertThat(died.threadName()).isEqualTo("short-lived");
        assertThat(died.pid()).isEqualTo(child.pid());
      }
    }
  }

  @Test
  void a_lock_that_is_closed_after_its_holder_s_thread_has_ended_is_told_to_others()
      throws Exception {
    try (SharedLock lock = SharedLock.create();
        Child child = Child.program("closeAfterHolder", Wire.text(lock))) {
      assertThat(child.line()).isEqualTo("closed");
      child.goOn();
      assertThat(child.end()).isZero();
      OwnerDiedException died =
          catchThrowableOfType(OwnerDiedException.class, () -> lock.tryLock(10, TimeUnit.SECONDS));
      assertThat(died.threadName()).isEqualTo("main");
    }
  }

  @Test
  void an_interrupt_of_a_wait_that_ends_with_a_death_is_not_lost() throws Exception {
    try (SharedLock lock = SharedLock.create()) {
      CountDownLatch locked = new CountDownLatch(1);
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      Thread waiter =
          Thread.ofPlatform()
              .start(
                  () -> {
                    lock.lock();
                    locked.countDown();
                    try {
                      lock.newCondition().await();
                    } catch (OwnerDiedException | InterruptedException told) {
                      boolean died = told instanceof OwnerDiedException;
                      interrupted.complete(died && Thread.interrupted());
                    } finally {
                      lock.unlock();
                    }
                  });
      locked.await();
      try (Child holder = Child.program("hold", Wire.text(lock))) {
        assertThat(holder.line()).isEqualTo("held"); // so the other one waits
        waiter.interrupt();
        holder.kill();
        assertThat(interrupted.get()).isTrue();
      }
    }
  }

  @Test
  void who_dies_while_repairing_leaves_it_to_the_next() throws Exception {
    try (SharedLock lock = SharedLock.create()) {
      String word = Wire.text(lock);
      try (Child first = Child.program("hold", word)) {
        assertThat(first.line()).isEqualTo("held");
        try (Child second = Child.program("die", word, "1")) {
          first.kill();
          assertThat(second.line()).isEqualTo("repairing after " + first.pid());
          try (Child third = Child.program("die", word, "0")) {
            assertThat(third.line()).isEqualTo("repairing after " + second.pid());
            assertThat(third.line()).isEqualTo("held");
            third.goOn();
            int _ = third.end();
          }
        }
      }
      assertThat(lock.isBroken()).isFalse();
      OwnerDiedException _ = catchThrowableOfType(OwnerDiedException.class, lock::lock);
      assertThat(lock.isBroken()).isTrue();
    }
  }

  @Test
  void a_dead_waiter_takes_no_signal_with_it() throws Exception {
    try (SharedLock lock = SharedLock.create();
        SharedInt value = SharedInt.create();
        Child one = Child.program("await", Wire.text(lock), Wire.text(value));
        Child two = Child.program("await", Wire.text(lock), Wire.text(value))) {
      assertThat(one.line()).isEqualTo("waiting");
      assertThat(two.line()).isEqualTo("waiting");
      one.kill();
      int _ = one.end();
      boolean _ = lock.lockOrRecover(death -> {});
      value.set(1);
      lock.newCondition().signal();
      lock.unlock();
      assertThat(two.line()).isEqualTo("signalled");
    }
  }

  /** Whoever is killed, wherever he is: the total is what was completed, and the rest goes on. */
  @Test
  void random_kills_under_contention_cost_nothing_but_the_dead() throws Exception {
    long begin = System.nanoTime();
    try (SharedLongArray words = SharedLongArray.create(Sections.FIRST_SLOT + PROCESSES)) {
      List<Child> children = new ArrayList<>();
      try {
        for (int i = 0; i < PROCESSES; i++) {
          children.add(sections(words, i));
        }
        for (int kill = 0; kill < KILLS; kill++) {
          int victim = ThreadLocalRandom.current().nextInt(PROCESSES);
          String _ = children.get(victim).line(); // it runs
          children.get(victim).kill();
          long before = words.getVolatile(Sections.TOTAL);
          Await.until(
              "the others go on",
              () -> words.getVolatile(Sections.TOTAL) > before + 10 * PROCESSES);
          children.get(victim).close();
          children.set(victim, sections(words, victim));
        }
      } finally {
        for (Child child : children) {
          child.close();
        }
      }
      boolean _ = words.mutex().recover(death -> Sections.repair(words));
      assertThat(words.get(Sections.TOTAL)).isEqualTo(Sections.sum(words));
      assertThat(words.get(Sections.VIOLATIONS)).isZero();
      System.out.printf(
          "%,d kills in %.1f s: %,d sections, %,d repairs%n",
          KILLS,
          (System.nanoTime() - begin) / 1e9,
          words.get(Sections.TOTAL),
          words.get(Sections.REPAIRS));
    }
  }

  private static Child sections(SharedLongArray words, int i) throws Exception {
    return Child.program("sections", Wire.text(words), Integer.toString(Sections.FIRST_SLOT + i));
  }
}
