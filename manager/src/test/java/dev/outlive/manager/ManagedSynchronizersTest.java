package dev.outlive.manager;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.managed.ManagedArray;
import dev.outlive.managed.ManagedEvent;
import dev.outlive.managed.ManagedList;
import dev.outlive.managed.ManagedSemaphore;
import dev.outlive.managed.ManagedValue;
import dev.outlive.managed.ManagerException;
import dev.outlive.managed.Namespace;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The managed ones keep the JDK's contract, and what is theirs alone. Budget: 15 s. */
class ManagedSynchronizersTest extends SynchronizerContract {
  private static Manager manager;

  @BeforeAll
  static void start() {
    manager = Manager.start();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  @Override
  Subjects subjects() {
    return Subjects.of(manager);
  }

  @Test
  void virtualThreadsMayHoldLocks() throws Exception {
    Lock lock = manager.lock();
    ManagedValue<Integer> counter = manager.value(0);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          Thread.startVirtualThread(
              () -> {
                for (int n = 0; n < 50; n++) {
                  lock.lock();
                  try {
                    counter.set(counter.get() + 1);
                  } finally {
                    lock.unlock();
                  }
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(counter.get()).isEqualTo(400);
  }

  @Test
  void aBoundedSemaphoreRefusesMorePermitsThanItBeganWith() throws Exception {
    ManagedSemaphore semaphore = manager.boundedSemaphore(2);
    semaphore.acquire();
    semaphore.release();
    assertThatThrownBy(semaphore::release)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("released too often: of 2 permits 2 are available");
    assertThat(semaphore.availablePermits()).isEqualTo(2);
  }

  @Test
  void permitsThatAnotherProcessHasGivenBackDoNotComeBackTwice() throws Exception {
    ManagedSemaphore semaphore = manager.boundedSemaphore(1);
    ManagedSemaphore sign = manager.boundedSemaphore(1);
    try (ProcessPool pool = ProcessPool.builder().workers(1).build()) {
      pool.call(
          () -> {
            semaphore.acquire();
            sign.acquire();
          });
      semaphore.release();
      semaphore.acquire();
    } // the worker ends, and has nothing of the first to give back
    Await.until("what it had is given back", () -> sign.availablePermits() == 1);
    assertThat(semaphore.tryAcquire(500, MILLISECONDS)).isFalse();
    semaphore.release();
    assertThat(semaphore.availablePermits()).isEqualTo(1);
  }

  @Test
  void anEventIsWaitedForSetAndCleared() throws Exception {
    ManagedEvent event = manager.event();
    assertThat(event.isSet()).isFalse();
    assertThat(event.await(10, MILLISECONDS)).isFalse();
    Thread waits =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    event.await();
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                });
    event.set();
    waits.join();
    assertThat(event.await(10, MILLISECONDS)).isTrue();
    event.clear();
    assertThat(event.isSet()).isFalse();
  }

  @Test
  void whatAValueReturnsIsACopyUntilItIsSet() {
    ManagedValue<List<String>> value = manager.value(new ArrayList<>(List.of("a")));
    value.get().add("lost");
    assertThat(value.get()).containsExactly("a");
    List<String> copy = value.get();
    copy.add("b");
    value.set(copy);
    assertThat(value.get()).containsExactly("a", "b");
    assertThat(
            value.update(
                list -> {
                  List<String> longer = new ArrayList<>(list);
                  longer.add("c");
                  return longer;
                }))
        .containsExactly("a", "b", "c");
    assertThat(value.compareAndSet(List.of("a"), List.of())).isFalse();
    assertThat(value.compareAndSet(List.of("a", "b", "c"), new ArrayList<>())).isTrue();
    assertThat(value.getAndSet(List.of("z"))).isEmpty();
  }

  @Test
  void anArrayHasItsBounds() {
    ManagedArray<Integer> array = manager.array(1, 2, null);
    assertThat(array.length()).isEqualTo(3);
    assertThat(array.update(0, n -> n + 10)).isEqualTo(11);
    array.set(2, 3);
    assertThat(array.compareAndSet(1, 2, 20)).isTrue();
    assertThat(array.toList()).containsExactly(11, 20, 3);
    assertThatThrownBy(() -> array.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aNamespaceSaysWhatItHasWhereANameIsMissing() {
    Namespace space = manager.namespace();
    space.set("limit", 3);
    space.set("nothing", null);
    assertThat(space.get("limit", Integer.class)).isEqualTo(3);
    assertThat(space.<Integer>update("limit", n -> n + 1)).isEqualTo(4);
    assertThat(space.get("nothing")).isNull();
    assertThat(space.names()).containsExactly("limit", "nothing");
    assertThatThrownBy(() -> space.get("limits"))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining("[limit, nothing]");
    assertThatThrownBy(() -> space.get("limit", String.class))
        .isInstanceOf(ClassCastException.class);
    assertThat(space.remove("limit")).isTrue();
    assertThat(space.has("limit")).isFalse();
  }

  @Test
  void fiveHundredVirtualThreadsMayWaitAtTheSameTime() throws Exception {
    BlockingQueue<Integer> queue = manager.queue();
    List<Future<Integer>> taken = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 500; i++) {
        taken.add(threads.submit(queue::take));
      }
      for (int i = 0; i < 500; i++) {
        queue.put(i);
      }
      int sum = 0;
      for (Future<Integer> one : taken) {
        sum += one.get();
      }
      assertThat(sum).isEqualTo(500 * 499 / 2);
    }
  }

  @Test
  void aFunctionInOneManagerMayUseAnother() {
    try (Manager first = Manager.start();
        Manager second = Manager.start()) {
      ManagedList<String> here = first.list();
      ManagedList<String> there = second.list();
      here.add("a");
      there.add("b");
      assertThat(here.update(0, text -> text + there.get(0))).isEqualTo("ab");
    }
  }

  @Test
  void badNumbersAreRefusedAtOnce() {
    assertThatThrownBy(() -> manager.semaphore(-1)).hasMessageContaining("permits=-1");
    assertThatThrownBy(() -> manager.barrier(0)).hasMessageContaining("parties=0");
    assertThatThrownBy(() -> manager.latch(-1)).hasMessageContaining("counts=-1");
    assertThatThrownBy(() -> manager.queue(0)).hasMessageContaining("capacity=0");
  }

  @Test
  void whatCannotTravelIsRefusedWithTheWayToIt() {
    ManagedValue<Object> value = manager.value("x");
    record Holder(Object thing) implements java.io.Serializable {}
    assertThatThrownBy(() -> value.set(new Holder(new Object())))
        .isInstanceOf(ManagerException.class)
        .hasMessageContaining("ManagedValue.set: argument 1 cannot travel")
        .hasMessageContaining("thing");
    assertThat(value.get()).isEqualTo("x");
  }
}
