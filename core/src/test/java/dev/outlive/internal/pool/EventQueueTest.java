package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.spi.Revocation;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EventQueueTest {
  private final EventQueue queue = new EventQueue();

  private static Event answer(long delivery) {
    return new Event.RevokeAnswered(1, delivery, Why.RECALLED, new Revocation.Withdrawn());
  }

  @Test
  void answersComeBeforeAllThatWaitsAndEachInItsOrder() {
    Event first = new Event.WorkerDying(1);
    Event second = new Event.WorkerDying(2);
    Event third = new Event.WorkerDying(3);
    queue.add(List.of(first, second));
    assertThat(queue.next()).isEqualTo(first);
    queue.add(List.of(third));
    queue.answer(answer(7));
    queue.answer(answer(8));
    assertThat(queue.next()).isEqualTo(answer(7));
    assertThat(queue.next()).isEqualTo(answer(8));
    assertThat(queue.next()).isEqualTo(second);
    assertThat(queue.next()).isEqualTo(third);
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.next()).isNull();
  }

  @Test
  void anAnswerAloneWaitsToo() {
    queue.answer(answer(7));
    assertThat(queue.isEmpty()).isFalse();
  }

  @Test
  void whatALiarHasSaidIsDroppedAndNothingElse() {
    Event of1 = new Event.DeliveryWithdrawn(1, 7);
    Event of2 = new Event.DeliveryWithdrawn(2, 8);
    Event death = new Event.WorkerDying(1);
    queue.add(List.of(of1, of2, death, of1));
    queue.drop(1);
    assertThat(queue.next()).isEqualTo(of2);
    assertThat(queue.next()).isEqualTo(death);
    assertThat(queue.isEmpty()).isTrue();
  }
}
