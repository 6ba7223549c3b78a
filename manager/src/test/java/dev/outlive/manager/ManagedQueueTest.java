package dev.outlive.manager;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.internal.wire.Message;
import dev.outlive.internal.wire.MessageCodec;
import dev.outlive.internal.wire.Wire;
import dev.outlive.managed.ManagerException;
import java.io.InvalidObjectException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** A queue that blocks, and whose elements are in it or have arrived, whoever dies on the way. */
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class ManagedQueueTest {
  private static final String TAKE = "take()Ljava/lang/Object;";
  private static final String POLL = "poll()Ljava/lang/Object;";

  private static Manager manager;

  @BeforeAll
  static void start() {
    manager = Manager.start();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static <E> BlockingQueue<E> queueOf(List<E> elements) {
    BlockingQueue<E> queue = manager.queue();
    queue.addAll(elements);
    return queue;
  }

  private static <E> List<E> drained(BlockingQueue<E> queue) {
    List<E> elements = new ArrayList<>();
    queue.drainTo(elements);
    return elements;
  }

  /** Can be decoded in this process only while that is wanted. */
  private static final class Shy implements Serializable {
    private static final long serialVersionUID = 1;
    static boolean refuses;

    private Object readResolve() throws InvalidObjectException {
      if (refuses) {
        throw new InvalidObjectException("not here");
      }
      return this;
    }
  }

  @Test
  void putWaitsUntilThereIsRoom() throws Exception {
    BlockingQueue<String> queue = manager.queue(1);
    queue.put("a");
    FutureTask<Void> put =
        new FutureTask<>(
            () -> {
              queue.put("b");
              return null;
            });
    Thread.ofPlatform().start(put);
    assertThat(queue.offer("c")).isFalse();
    assertThat(queue.offer("c", 50, MILLISECONDS)).isFalse();
    assertThat(put.isDone()).isFalse();
    assertThat(queue.take()).isEqualTo("a");
    put.get();
    assertThat(queue.poll(60, SECONDS)).isEqualTo("b");
    assertThat(queue.remainingCapacity()).isEqualTo(1);
  }

  @Test
  void aTimedOfferGoesInWhenThereIsRoomInTime() throws Exception {
    BlockingQueue<String> queue = manager.queue(1);
    queue.put("a");
    FutureTask<Boolean> offer = new FutureTask<>(() -> queue.offer("b", 60, SECONDS));
    Thread.ofPlatform().start(offer);
    assertThat(queue.remove("a")).isTrue();
    assertThat(offer.get()).isTrue();
    assertThat(queue).containsExactly("b");
  }

  @Test
  void aTimedPollTakesWhatComesInTimeAndElseNothing() throws Exception {
    BlockingQueue<String> queue = manager.queue();
    assertThat(queue.poll(20, MILLISECONDS)).isNull();
    FutureTask<String> poll = new FutureTask<>(() -> queue.poll(60, SECONDS));
    Thread.ofPlatform().start(poll);
    queue.put("a");
    assertThat(poll.get()).isEqualTo("a");
  }

  @Test
  void anInterruptEndsATakeAndLosesNothing() throws Exception {
    BlockingQueue<Integer> queue = manager.queue();
    for (int i = 0; i < 50; i++) {
      FutureTask<List<Integer>> take =
          new FutureTask<>(
              () -> {
                try {
                  return List.of(queue.take());
                } catch (InterruptedException e) {
                  return List.of();
                }
              });
      Thread taker = Thread.ofPlatform().start(take);
      if (i % 2 == 0) {
        queue.put(i);
      }
      taker.interrupt();
      List<Integer> all = new ArrayList<>(take.get());
      all.addAll(drained(queue));
      assertThat(all).isEqualTo(i % 2 == 0 ? List.of(i) : List.of());
    }
  }

  @Test
  void aQueueIsNotDrainedToItself() {
    BlockingQueue<String> queue = queueOf(List.of("a"));
    assertThatThrownBy(() -> queue.drainTo(queue)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> queue.drainTo(queue, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> queue.addAll(queue)).isInstanceOf(IllegalArgumentException.class);
    assertThat(queue).containsExactly("a");
  }

  @Test
  void whatTheTargetOfADrainDoesNotTakeStays() {
    BlockingQueue<String> queue = queueOf(List.of("a", "b", "c", "d"));
    BlockingQueue<String> target = new ArrayBlockingQueue<>(2);
    assertThatThrownBy(() -> queue.drainTo(target)).isInstanceOf(IllegalStateException.class);
    assertThat(target).containsExactly("a", "b");
    assertThat(queue.drainTo(new ArrayList<>(), 0)).isZero();
    assertThat(drained(queue)).isEqualTo(List.of("c", "d"));
  }

  @Test
  void addAllFillsTheQueueAndThenSaysThatItIsFull() {
    BlockingQueue<String> queue = manager.queue(2);
    assertThatThrownBy(() -> queue.addAll(List.of("a", "b", "c")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Queue full");
    assertThat(queue).containsExactly("a", "b");
  }

  @Test
  void anIteratorRemovesThatVeryElementAmongEqualOnes() throws Exception {
    BlockingQueue<String> queue = queueOf(List.of("x", "y", "x", "x"));
    Iterator<String> each = queue.iterator();
    each.next();
    each.next();
    each.next();
    each.remove();
    assertThat(queue).containsExactly("x", "y", "x");
    Iterator<String> late = queue.iterator();
    late.next();
    assertThat(queue.take()).isEqualTo("x");
    late.remove();
    assertThat(queue).containsExactly("y", "x");
  }

  @Test
  void whatTheTakerCannotDecodeIsInItsPlaceAgain() throws Exception {
    BlockingQueue<Object> queue = manager.queue(2);
    queue.put(new Shy());
    queue.put("next");
    Shy.refuses = true;
    try {
      assertThatThrownBy(queue::take)
          .isInstanceOf(ManagerException.class)
          .hasMessageContaining("not here");
      assertThatThrownBy(() -> drained(queue)).isInstanceOf(ManagerException.class);
      Await.until("both are back", () -> queue.size() == 2);
    } finally {
      Shy.refuses = false;
    }
    assertThat(queue.take()).isInstanceOf(Shy.class);
    assertThat(queue.take()).isEqualTo("next");
  }

  @Test
  void whatIsOnItsWayToADeadTakerIsInItsPlaceAgain() throws Exception {
    BlockingQueue<Integer> queue = queueOf(List.of(1, 2, 3, 4));
    try (RawClient client = new RawClient(manager)) {
      assertThat(RawClient.call(client.line(), queue, TAKE).lent()).isTrue();
      assertThat(RawClient.call(client.line(), queue, POLL).lent()).isTrue();
      assertThat(queue).containsExactly(3, 4);
    }
    Await.until("both are back", () -> queue.size() == 4);
    assertThat(drained(queue)).isEqualTo(List.of(1, 2, 3, 4));
  }

  @Test
  void theOrderIsKeptInWhateverOrderElementsAreGivenBack() throws Exception {
    for (int first = 0; first < 2; first++) {
      BlockingQueue<Integer> queue = queueOf(List.of(1, 2, 3));
      try (RawClient client = new RawClient(manager)) {
        List<Wire> lines = List.of(client.line(), client.line());
        for (Wire line : lines) {
          assertThat(RawClient.call(line, queue, TAKE).lent()).isTrue();
        }
        lines.get(first).close();
        Await.until("one is back", () -> queue.size() == 2);
        lines.get(1 - first).write(MessageCodec.encode(new Message.Untaken()));
        Await.until("both are back", () -> queue.size() == 3);
      }
      assertThat(drained(queue)).isEqualTo(List.of(1, 2, 3));
    }
  }

  @Test
  void whatHasArrivedIsNotGivenBack() throws Exception {
    BlockingQueue<Integer> queue = queueOf(List.of(1, 2));
    try (RawClient client = new RawClient(manager)) {
      Wire line = client.line();
      Message.Returned _ = RawClient.call(line, queue, TAKE);
      line.write(MessageCodec.encode(new Message.Taken()));
      Message.Returned _ = RawClient.call(line, queue, TAKE); // carried out after that was read
    }
    Await.until("the second is back", () -> queue.size() == 1);
    assertThat(queue).containsExactly(2);
  }

  @Test
  void whatIsGivenBackMayExceedTheCapacity() throws Exception {
    BlockingQueue<Integer> queue = manager.queue(1);
    queue.put(1);
    try (RawClient client = new RawClient(manager)) {
      Message.Returned _ = RawClient.call(client.line(), queue, TAKE);
      queue.put(2);
    }
    Await.until("the first is back", () -> queue.size() == 2);
    assertThat(queue.remainingCapacity()).isZero();
    assertThat(queue.offer(3)).isFalse();
    assertThat(queue.take()).isEqualTo(1);
    assertThat(queue.offer(3)).isFalse();
    assertThat(drained(queue)).isEqualTo(List.of(2));
  }

  @Test
  void aWaitingTakerGetsWhatADeadOneGivesBack() throws Exception {
    BlockingQueue<Integer> queue = queueOf(List.of(1));
    FutureTask<Integer> take = new FutureTask<>(queue::take);
    try (RawClient client = new RawClient(manager)) {
      Message.Returned _ = RawClient.call(client.line(), queue, TAKE);
      Thread.ofPlatform().start(take);
      assertThat(queue.poll(20, MILLISECONDS)).isNull();
    }
    assertThat(take.get()).isEqualTo(1);
  }
}
