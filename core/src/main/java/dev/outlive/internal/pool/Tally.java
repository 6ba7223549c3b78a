package dev.outlive.internal.pool;

import dev.outlive.monitor.PoolSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The counts of a pool. */
final class Tally {
  private long open;
  private long done;
  private long failed;
  private long cancelled;
  private long retried;
  private long deaths;

  void submitted(int items) {
    open += items;
  }

  void ended(boolean success) {
    open--;
    if (success) {
      done++;
    } else {
      failed++;
    }
  }

  void cancelled(int items) {
    open -= items;
    cancelled += items;
  }

  void retried() {
    retried++;
  }

  void died() {
    deaths++;
  }

  PoolSnapshot snapshot(String name, PoolSnapshot.State state, Collection<Seat> seats) {
    List<PoolSnapshot.Worker> rows = new ArrayList<>();
    long running = 0;
    for (Seat seat : seats) {
      rows.add(seat.row());
      for (Delivery delivery : seat.deliveries) {
        boolean counts = delivery.awaits(delivery.next) && !delivery.job.over;
        running += counts ? delivery.to - delivery.next : 0;
      }
    }
    return new PoolSnapshot(
        name, state, open - running, running, done, failed, cancelled, retried, deaths, rows);
  }
}
