package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.policy.FullQueuePolicy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
final class QueueRoomTest {
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Long> admitted = new CopyOnWriteArrayList<>();

  private QueueRoom room(int tasks, long bytes, FullQueuePolicy policy) {
    return new QueueRoom("room", new QueueLimit(tasks, bytes, policy), lock);
  }

  private void locked(Runnable deed) {
    lock.lock();
    try {
      deed.run();
    } finally {
      lock.unlock();
    }
  }

  private void take(QueueRoom room, long task, long bytes) {
    lock.lock();
    try {
      room.take(task, bytes);
      admitted.add(task);
    } catch (InterruptedException e) {
      admitted.add(-task);
    } finally {
      lock.unlock();
    }
  }

  /** Returns once the thread waits for room. */
  private Thread waiting(QueueRoom room, long task, long bytes) {
    Thread caller = Thread.ofPlatform().start(() -> take(room, task, bytes));
    while (caller.getState() != Thread.State.WAITING || !lockIsFree()) {
      LockSupport.parkNanos(1_000_000);
    }
    return caller;
  }

  private boolean lockIsFree() {
    boolean free = lock.tryLock();
    if (free) {
      lock.unlock();
    }
    return free;
  }

  @Test
  void a_full_queue_rejects_with_the_numbers() {
    QueueRoom room = room(2, 100, FullQueuePolicy.REJECT);
    take(room, 1, 60);
    assertThatThrownBy(() -> take(room, 2, 41))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessage(
            "pool \"room\": the queue is full: 1 tasks with 60 B wait, the limit is 2 tasks and"
                + " 100 B; this one has 41 B. Submit later, raise queueLimit, or wait with"
                + " whenQueueFull(BLOCK)");
    take(room, 3, 40);
    assertThatThrownBy(() -> take(room, 4, 0)).isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void a_task_larger_than_the_limit_may_wait_alone() {
    QueueRoom room = room(9, 100, FullQueuePolicy.REJECT);
    take(room, 1, 1000);
    assertThatThrownBy(() -> take(room, 2, 1)).isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void callers_are_served_in_their_order_also_a_large_one_before_small_ones() throws Exception {
    QueueRoom room = room(9, 100, FullQueuePolicy.BLOCK);
    take(room, 1, 50);
    take(room, 2, 50);
    Thread large = waiting(room, 3, 80);
    Thread small = waiting(room, 4, 10);
    locked(() -> room.leave(1));
    assertThat(admitted).containsExactly(1L, 2L);
    locked(() -> room.leave(2));
    large.join();
    small.join();
    assertThat(admitted).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
  }

  @Test
  void an_interrupted_caller_leaves_its_place_to_the_next() throws Exception {
    QueueRoom room = room(9, 100, FullQueuePolicy.BLOCK);
    take(room, 1, 50);
    Thread large = waiting(room, 2, 80);
    Thread small = waiting(room, 3, 10);
    large.interrupt();
    large.join();
    small.join();
    assertThat(admitted).containsExactlyInAnyOrder(1L, -2L, 3L);
  }

  @Test
  void closing_releases_all_callers() throws Exception {
    QueueRoom room = room(1, 100, FullQueuePolicy.BLOCK);
    take(room, 1, 1);
    Thread one = waiting(room, 2, 1);
    Thread other = waiting(room, 3, 1);
    locked(room::close);
    one.join();
    other.join();
    take(room, 4, 1);
    assertThat(admitted).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
  }

  @Test
  void what_has_left_twice_gives_room_once() {
    QueueRoom room = room(9, 100, FullQueuePolicy.REJECT);
    take(room, 1, 50);
    take(room, 2, 50);
    room.leave(1);
    room.leave(1);
    take(room, 3, 50);
    assertThatThrownBy(() -> take(room, 4, 1)).isInstanceOf(RejectedExecutionException.class);
  }
}
