package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.monitor.PoolSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The counts of a pool. */
final class Tally {
  private long open;
  private long done;
  private long failed;
  private long cancelled;
  private long retried;
  private long deaths;
  private final Map<Cause, Long> lost = new EnumMap<>(Cause.class);

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

  void returned(int items) {
    open -= items;
    done += items;
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

  /** An attempt was lost with its worker. */
  void lost(Cause cause) {
    lost.merge(cause, 1L, Long::sum);
  }

  PoolSnapshot snapshot(
      String name,
      PoolSnapshot.State state,
      Collection<Seat> seats,
      Function<Seat, PoolSnapshot.Worker> row) {
    List<PoolSnapshot.Worker> rows = new ArrayList<>();
    long running = 0;
    for (Seat seat : seats) {
      rows.add(row.apply(seat));
      running += seat.at() == null ? 0 : 1;
    }
    return new PoolSnapshot(
        name, state, open - running, running, done, failed, cancelled, retried, deaths, lost, rows);
  }
}
