package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.internal.protocol.Arrived;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What a worker may say that is not true, stale, or about another's work. */
final class Lies {
  private static final ItemResult FORGED =
      new ItemResult(
          Arrived.of(ByteBuffer.allocate(1)), ByteBuffer.allocate(0), Attempt.NONE, List.of());

  /** No delivery has such a number. */
  private static final long UNKNOWN = 1_000_000;

  private Lies() {}

  /** Returns a lie that could only be believed against the page. */
  static Event of(SimWorker liar, List<SimWorker> all, SplittableRandom random) {
    List<SimDelivery> own = new ArrayList<>(liar.deliveries());
    own.removeIf(delivery -> delivery.done);
    List<SimDelivery> others = new ArrayList<>();
    all.stream().filter(worker -> worker != liar).forEach(w -> others.addAll(w.deliveries()));
    SimDelivery at = liar.current();
    if (at != null && at.phase == SimDelivery.Phase.STOPPED && random.nextBoolean()) {
      return forged(liar, at.order.delivery(), at.item, random);
    }
    int kind = random.nextInt(6);
    Event said = liar.link.lastAnswer();
    if (kind == 0 && said != null) {
      return said;
    } else if (kind == 1 && !others.isEmpty()) {
      SimDelivery delivery = others.get(random.nextInt(others.size()));
      return forged(liar, delivery.order.delivery(), delivery.item, random);
    } else if (kind == 2) {
      return forged(liar, UNKNOWN + random.nextInt(1000), 0, random);
    } else if (kind == 3 && !own.isEmpty()) {
      SimDelivery delivery = own.get(random.nextInt(own.size()));
      int wrong = delivery.item + 2 + random.nextInt(3);
      int item = random.nextBoolean() ? wrong : delivery.item - 1 - random.nextInt(3);
      return forged(liar, delivery.order.delivery(), item, random);
    } else if (kind == 4 && !own.isEmpty()) {
      SimDelivery delivery = own.get(random.nextInt(own.size()));
      delivery.disowned = true;
      return new Event.DeliveryWithdrawn(liar.number, delivery.order.delivery());
    }
    return new Event.ProtocolViolated(liar.number, "a lie");
  }

  private static Event forged(SimWorker liar, long delivery, int item, SplittableRandom random) {
    return switch (random.nextInt(3)) {
      case 0 -> new Event.ItemReturned(liar.number, delivery, item, FORGED);
      case 1 ->
          new Event.ItemThrew(liar.number, delivery, item, Cause.EXCEPTION, List.of(), FORGED);
      default ->
          delivery >= UNKNOWN
              ? new Event.DeliveryWithdrawn(liar.number, delivery)
              : new Event.ItemReturned(liar.number, delivery, item, FORGED);
    };
  }
}
