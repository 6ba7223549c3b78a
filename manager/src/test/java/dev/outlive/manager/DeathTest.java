package dev.outlive.manager;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.outlive.ProcessPool;
import dev.outlive.internal.client.Ref;
import dev.outlive.internal.wire.ValueCodec;
import dev.outlive.managed.ManagedBarrier;
import dev.outlive.managed.ManagedLatch;
import dev.outlive.managed.ManagedSemaphore;
import dev.outlive.managed.ManagerException;
import dev.outlive.task.Action;
import dev.outlive.task.TaskFuture;
import java.io.InvalidObjectException;
import java.io.ObjectInputFilter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What happens when a client dies, the server dies, or the manager is closed. Budget: 30 s. */
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class DeathTest {
  private Manager manager;
  private ProcessPool pool;

  @BeforeEach
  void start() {
    manager = Manager.start();
    pool = ProcessPool.builder().workers(3).build();
  }

  @AfterEach
  void close() {
    pool.shutdownNow();
    pool.close();
    manager.close();
  }

  /** A task in a worker that does something, says so, and then waits to be killed. */
  private long victim(Action action) throws Exception {
    BlockingQueue<Long> pids = manager.queue();
    TaskFuture<Void> _ =
        pool.submit(
            () -> {
              action.act();
              pids.put(ProcessHandle.current().pid());
              Thread.sleep(Long.MAX_VALUE);
            });
    return pids.take();
  }

  private static void kill(long pid) {
    assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
  }

  @Test
  void theLocksOfADeadClientAreFree() throws Exception {
    Lock lock = manager.lock();
    ReadWriteLock readWrite = manager.readWriteLock();
    long pid =
        victim(
            () -> {
              lock.lock();
              lock.lock();
              readWrite.writeLock().lock();
            });
    assertThat(lock.tryLock()).isFalse();
    assertThat(readWrite.readLock().tryLock()).isFalse();
    kill(pid);
    assertThat(lock.tryLock(60, SECONDS)).isTrue();
    assertThat(readWrite.readLock().tryLock(60, SECONDS)).isTrue();
    lock.unlock();
    readWrite.readLock().unlock();
  }

  @Test
  void thePermitsOfADeadClientAreBack() throws Exception {
    ManagedSemaphore semaphore = manager.boundedSemaphore(3);
    semaphore.acquire();
    long pid = victim(() -> semaphore.acquire(2));
    assertThat(semaphore.tryAcquire()).isFalse();
    kill(pid);
    assertThat(semaphore.tryAcquire(60, SECONDS)).isTrue();
    semaphore.release(2);
    Await.until("all are back", () -> semaphore.availablePermits() == 3);
  }

  @Test
  void aDeadClientGivesBackItsPlaceAtABarrierAndDoesNotBreakIt() throws Exception {
    ManagedBarrier barrier = manager.barrier(2);
    BlockingQueue<Long> pids = manager.queue();
    TaskFuture<Void> _ =
        pool.submit(
            () -> {
              pids.put(ProcessHandle.current().pid());
              int _ = barrier.await();
            });
    long pid = pids.take();
    Await.until("it waits", () -> barrier.getNumberWaiting() == 1);
    kill(pid);
    Await.until("its place is free", () -> barrier.getNumberWaiting() == 0);
    assertThat(barrier.isBroken()).isFalse();
    TaskFuture<Integer> other = pool.submit(() -> barrier.await());
    assertThat(barrier.await()).isBetween(0, 1);
    assertThat(other.get()).isBetween(0, 1);
  }

  @Test
  void theWaitsOfADeadClientEndAndTakeNothing() throws Exception {
    BlockingQueue<String> queue = manager.queue();
    Lock lock = manager.lock();
    ManagedSemaphore semaphore = manager.semaphore(0);
    BlockingQueue<Long> pids = manager.queue();
    lock.lock();
    TaskFuture<Void> _ =
        pool.submit(
            () -> {
              Thread.ofPlatform().start(() -> lock.lock());
              Thread.ofPlatform()
                  .start(() -> org.assertj.core.api.Assertions.catchThrowable(semaphore::acquire));
              pids.put(ProcessHandle.current().pid());
              String _ = queue.take();
            });
    kill(pids.take());
    Await.until("its connections have ended", () -> !pool.killedTasks().isEmpty());
    lock.unlock();
    lock.lock();
    lock.unlock();
    semaphore.release();
    assertThat(semaphore.tryAcquire(60, SECONDS)).isTrue();
    queue.put("for the living");
    assertThat(queue.take()).isEqualTo("for the living");
  }

  @Test
  void theServersDeathEndsEveryCallWithOneClearException() throws Exception {
    BlockingQueue<String> queue = manager.queue();
    List<String> list = manager.list();
    ManagedLatch latch = manager.latch(3);
    List<FutureTask<Long>> waits = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      FutureTask<Long> wait =
          new FutureTask<>(
              () -> {
                try {
                  latch.countDown();
                  return queue.take().length() + 0L;
                } catch (ManagerException e) {
                  assertThat(e).hasMessageContaining("the manager's server has died");
                  return System.nanoTime();
                }
              });
      waits.add(wait);
      Thread.ofPlatform().daemon().start(wait);
    }
    TaskFuture<String> inWorker =
        pool.submit(
            () -> {
              try {
                latch.countDown();
                return queue.take();
              } catch (ManagerException e) {
                return e.getMessage();
              }
            });
    latch.await();
    long killed = System.nanoTime();
    kill(manager.pid());
    for (FutureTask<Long> wait : waits) {
      long millis = (wait.get() - killed) / 1_000_000;
      System.out.println("told of the server's death after " + millis + " ms");
      assertThat(millis).isLessThan(5_000);
    }
    assertThat(inWorker.get()).contains("has died");
    Await.until("it is known why", () -> catchThrowable(list::size).toString().contains("SIGKILL"));
    assertThatThrownBy(list::size)
        .isInstanceOf(ManagerException.class)
        .hasMessageContaining("was killed by SIGKILL")
        .hasMessageContaining("what it held is lost");
  }

  @Test
  void afterCloseEveryUseSaysSoAtOnceAlsoInWorkers() throws Exception {
    BlockingQueue<String> queue = manager.queue();
    ManagedLatch begun = manager.latch(1);
    TaskFuture<String> waits =
        pool.submit(
            () -> {
              try {
                begun.countDown();
                return queue.take();
              } catch (ManagerException e) {
                return e.getMessage();
              }
            });
    begun.await();
    manager.close();
    assertThat(waits.get()).startsWith("manager is closed");
    assertThatThrownBy(queue::size)
        .isInstanceOf(ManagerException.class)
        .hasMessageStartingWith("manager is closed");
    assertThatThrownBy(() -> manager.list()).hasMessageStartingWith("manager is closed");
    long before = System.nanoTime();
    assertThatThrownBy(() -> pool.call(() -> queue.size()))
        .hasStackTraceContaining("manager is closed");
    System.out.println(
        "refused in a worker after " + (System.nanoTime() - before) / 1_000_000 + " ms");
    manager.close();
  }

  @Test
  void argumentsThatAreTooLargeDoNotCostTheCallersLock() throws Exception {
    Lock lock = manager.lock();
    List<byte[]> list = manager.list();
    lock.lock();
    assertThatThrownBy(() -> list.add(new byte[257 << 20]))
        .isInstanceOf(ManagerException.class)
        .hasMessageContaining("maxMessageBytes");
    FutureTask<Boolean> other = new FutureTask<>(lock::tryLock);
    Thread.ofPlatform().daemon().start(other);
    assertThat(other.get()).isFalse();
    lock.unlock();
  }

  @Test
  void anUnknownManagerIsAnErrorAndNeverAConnection() throws Exception {
    for (String id : List.of("0123456789abcdef", "../../etc/passwd")) {
      ByteBuffer bytes =
          ValueCodec.encode(
              new Ref(id, 1, new Class<?>[] {java.util.concurrent.locks.Lock.class}), null);
      assertThatThrownBy(() -> ValueCodec.decode(bytes, _ -> ObjectInputFilter.Status.UNDECIDED))
          .isInstanceOf(InvalidObjectException.class)
          .hasMessageContaining(id);
    }
  }
}
