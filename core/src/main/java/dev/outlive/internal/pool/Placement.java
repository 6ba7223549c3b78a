package dev.outlive.internal.pool;

import dev.outlive.internal.pool.Effect.Why;
import dev.outlive.internal.pool.Job.Piece;
import dev.outlive.spi.KillReason;
import java.util.Map;
import java.util.function.Consumer;

/** Brings waiting work and workers together: part of {@link PoolState}, and as pure. */
final class Placement {
  /** How many deliveries a worker may have: the one it runs and the one it will run next. */
  private static final int DEPTH = 2;

  private final PoolRules rules;
  private final WorkQueue queue;
  private final Map<Integer, Seat> seats;
  private final RestartGuard restarts;
  private int lastWorker;
  private long lastDelivery;

  Placement(PoolRules rules, WorkQueue queue, Map<Integer, Seat> seats, RestartGuard restarts) {
    this.rules = rules;
    this.queue = queue;
    this.seats = seats;
    this.restarts = restarts;
  }

  void place(long now, Consumer<Effect> out) {
    if (recallForIdle(out)) {
      return; // the answer comes next, and what comes back was there before what waits
    }
    for (Seat seat : seats.values()) {
      if (seat.idle() && !queue.isEmpty()) {
        deliver(seat, now, out);
      }
    }
    launchForWaiting(now, out);
    for (Seat seat : seats.values()) {
      if (seat.takesMore(DEPTH) && !queue.isEmpty()) {
        deliver(seat, now, out);
      }
    }
  }

  private void deliver(Seat seat, long now, Consumer<Effect> out) {
    Piece piece = queue.takeChunk();
    Delivery delivery = seat.take(++lastDelivery, piece);
    seat.watch(now, rules.pickUpNanos());
    out.accept(
        new Effect.Deliver(
            seat.worker,
            delivery.slot,
            delivery.number,
            piece.job().id,
            piece.from(),
            piece.to(),
            piece.history().attempt()));
  }

  private void launchForWaiting(long now, Consumer<Effect> out) {
    if (!wantsWorkers() || !restarts.mayLaunch(now)) {
      return;
    }
    int alive = 0;
    int wanted = queue.chunks(rules.workers());
    for (Seat seat : seats.values()) {
      alive += seat.alive() ? 1 : 0;
      wanted += seat.hasWaiting() ? 1 : 0;
      wanted -= seat.phase == Seat.Phase.STARTING || seat.idle() ? 1 : 0;
    }
    int room = rules.workers() - alive;
    for (int i = 0; i < Math.min(room, wanted); i++) {
      Seat seat = new Seat(++lastWorker);
      seat.killLater(now + rules.startNanos(), KillReason.START_TIMEOUT);
      seats.put(seat.worker, seat);
      out.accept(new Effect.LaunchWorker(seat.worker));
    }
  }

  /** Whether there is work for which a worker might be launched: in the queue or behind other. */
  boolean wantsWorkers() {
    return !queue.isEmpty() || seats.values().stream().anyMatch(Seat::hasWaiting);
  }

  /**
   * Where a worker has nothing to do while another has work that it has not come to. Returns
   * whether any is asked back.
   */
  private boolean recallForIdle(Consumer<Effect> out) {
    boolean any = false;
    long idle = seats.values().stream().filter(Seat::idle).count();
    for (Seat seat : seats.values()) {
      Delivery spare = seat.spareWork();
      if (idle > 0 && seat.up() && spare != null) {
        idle--;
        seat.ask(spare, Why.RECALLED, 0, out);
        any = true;
      }
    }
    return any;
  }
}
