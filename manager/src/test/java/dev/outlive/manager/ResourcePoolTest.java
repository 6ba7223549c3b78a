package dev.outlive.manager;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.ProcessPool;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.managed.ManagedValue;
import dev.outlive.managed.ManagerException;
import dev.outlive.managed.Resource;
import dev.outlive.managed.ResourceOptions;
import dev.outlive.managed.ResourceOptions.WhenBorrowerDies;
import dev.outlive.managed.ResourcePool;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Things that are expensive to make, shared by workers. Budget: 20 s. */
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class ResourcePoolTest {
  private static Manager manager;
  private static ProcessPool pool;

  /** What is expensive to make. */
  record Cluster(int number) implements Serializable {}

  @BeforeAll
  static void start() {
    manager = Manager.start();
    pool = ProcessPool.builder().workers(3).build();
  }

  @AfterAll
  static void close() {
    pool.close();
    manager.close();
  }

  private static List<Integer> nineJobs() {
    return IntStream.range(0, 9).boxed().toList();
  }

  @Test
  void nineJobsOnThreeWorkersUseThreeClustersPoppedFromAListOrMade() throws Exception {
    List<Cluster> clusters = manager.list();
    ManagedValue<Integer> made = manager.value(0);
    var barrier = manager.barrier(3);
    List<Integer> used =
        pool.map(
            _ -> {
              Cluster cluster;
              try {
                cluster = clusters.removeLast();
              } catch (java.util.NoSuchElementException e) {
                cluster = new Cluster(made.update(n -> n + 1));
              }
              int place = barrier.await(); // all three workers are at work, so each needs its own
              clusters.add(cluster);
              assert place >= 0;
              int again = barrier.await();
              assert again >= 0;
              return cluster.number();
            },
            nineJobs());
    assertThat(made.get()).isEqualTo(3);
    assertThat(used).hasSize(9).containsOnly(1, 2, 3);
    assertThat(clusters).hasSize(3);
  }

  @Test
  void nineJobsOnThreeWorkersUseThreeClustersUnderALock() throws Exception {
    List<Cluster> clusters = manager.list();
    Lock lock = manager.lock();
    ManagedValue<Integer> made = manager.value(0);
    var barrier = manager.barrier(3);
    pool.forEach(
        _ -> {
          Cluster cluster;
          lock.lock();
          try {
            cluster =
                clusters.isEmpty()
                    ? new Cluster(made.update(n -> n + 1))
                    : clusters.remove(clusters.size() - 1);
          } finally {
            lock.unlock();
          }
          int _ = barrier.await();
          clusters.add(cluster);
          int _ = barrier.await();
        },
        nineJobs());
    assertThat(made.get()).isEqualTo(3);
    assertThat(clusters).containsExactlyInAnyOrder(new Cluster(1), new Cluster(2), new Cluster(3));
  }

  @Test
  void nineJobsOnThreeWorkersUseThreeClustersOfAPool() throws Exception {
    ManagedValue<Integer> made = manager.value(0);
    ResourcePool<Cluster> clusters =
        manager.resourcePool(() -> new Cluster(made.update(n -> n + 1)));
    var barrier = manager.barrier(3);
    pool.forEach(
        _ -> {
          try (Resource<Cluster> cluster = clusters.borrow()) {
            assert cluster.get().number() > 0;
            int _ = barrier.await();
          }
          int _ = barrier.await();
        },
        nineJobs());
    assertThat(made.get()).isEqualTo(3);
    assertThat(clusters.made()).isEqualTo(3);
    assertThat(clusters.size()).isEqualTo(3);
    assertThat(clusters.idle()).isEqualTo(3);
  }

  @Test
  void thereAreNoMoreThanTheLimit() throws Exception {
    ResourcePool<Cluster> one =
        manager.resourcePool(
            () -> new Cluster(1), ResourceOptions.<Cluster>defaults().withLimit(1));
    Resource<Cluster> borrowed = one.borrow();
    assertThatThrownBy(() -> one.borrow(10, MILLISECONDS))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("within 10 milliseconds; all 1 are borrowed")
        .hasMessageContaining("process " + ProcessHandle.current().pid());
    borrowed.close();
    borrowed.close();
    assertThat(one.idle()).isEqualTo(1);
    assertThatThrownBy(borrowed::get)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("given back");
    try (Resource<Cluster> again = one.borrow(1, MILLISECONDS)) {
      assertThat(again.get()).isEqualTo(new Cluster(1));
    }
    assertThatThrownBy(() -> ResourceOptions.defaults().withLimit(0))
        .hasMessageContaining("limit=0");
  }

  @Test
  void whatIsNotHealthyOrDiscardedIsReplaced() throws Exception {
    List<Integer> destroyed = manager.list();
    ManagedValue<Integer> made = manager.value(0);
    ManagedValue<Integer> broken = manager.value(1);
    ResourcePool<Cluster> clusters =
        manager.resourcePool(
            () -> new Cluster(made.update(n -> n + 1)),
            ResourceOptions.<Cluster>defaults()
                .withLimit(1)
                .withHealthCheck(cluster -> cluster.number() != broken.get())
                .withDestroyer(cluster -> destroyed.add(cluster.number())));
    clusters.borrow().close();
    try (Resource<Cluster> second = clusters.borrow()) {
      assertThat(second.get().number()).isEqualTo(2);
    }
    clusters.borrow().discard();
    try (Resource<Cluster> third = clusters.borrow()) {
      assertThat(third.get().number()).isEqualTo(3);
    }
    assertThat(destroyed).containsExactly(1, 2);
    assertThat(clusters.size()).isEqualTo(1);
  }

  @Test
  void aThingThatCannotTravelIsNotLost() {
    ResourcePool<Object> things =
        manager.resourcePool(Object::new, ResourceOptions.defaults().withLimit(1));
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(things::borrow)
          .isInstanceOf(ManagerException.class)
          .hasMessageContaining("cannot travel");
      assertThat(things.idle()).isEqualTo(1);
    }
  }

  @Test
  void aHealthCheckThatFailsWithAnErrorTakesNoPlace() throws Exception {
    ResourcePool<Cluster> clusters =
        manager.resourcePool(
            () -> new Cluster(1),
            ResourceOptions.<Cluster>defaults()
                .withLimit(1)
                .withHealthCheck(
                    _ -> {
                      throw new AssertionError("not healthy at all");
                    }));
    clusters.borrow().close();
    clusters.borrow().close();
    assertThat(clusters.made()).isEqualTo(2);
  }

  @Test
  void aFactoryThatFailsFailsWhoWantsToBorrowAndTakesNoPlace() {
    ResourcePool<Cluster> clusters =
        manager.resourcePool(
            () -> {
              throw new IOException("no node is free");
            },
            ResourceOptions.<Cluster>defaults().withLimit(1));
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(clusters::borrow)
          .isInstanceOf(ManagerException.class)
          .hasMessageContaining("no node is free");
    }
    assertThat(clusters.size()).isZero();
  }

  @Test
  void whatADeadBorrowerHadIsGivenBackOrDestroyed() throws Exception {
    List<Integer> destroyed = manager.list();
    for (WhenBorrowerDies what : WhenBorrowerDies.values()) {
      destroyed.clear();
      ManagedValue<Integer> made = manager.value(0);
      ResourcePool<Cluster> clusters =
          manager.resourcePool(
              () -> new Cluster(made.update(n -> n + 1)),
              ResourceOptions.<Cluster>defaults()
                  .withLimit(1)
                  .whenBorrowerDies(what)
                  .withDestroyer(cluster -> destroyed.add(cluster.number())));
      assertThatThrownBy(
              () ->
                  pool.call(
                      () -> {
                        Resource<Cluster> borrowed = clusters.borrow();
                        Runtime.getRuntime().halt(borrowed.get().number());
                      }))
          .isInstanceOf(WorkerDiedException.class);
      boolean destroys = what == WhenBorrowerDies.DESTROY;
      try (Resource<Cluster> next = clusters.borrow()) {
        assertThat(next.get().number()).isEqualTo(destroys ? 2 : 1);
      }
      List<Integer> due = destroys ? List.of(1) : List.of();
      Await.until("destroyed", () -> destroyed.equals(due)); // the destroyer may take its time
    }
  }
}
