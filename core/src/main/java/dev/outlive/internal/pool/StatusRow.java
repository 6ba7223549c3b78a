package dev.outlive.internal.pool;

import dev.outlive.monitor.PoolSnapshot.Work;
import dev.outlive.monitor.PoolSnapshot.Worker;
import dev.outlive.monitor.PoolSnapshot.WorkerState;
import dev.outlive.spi.Vitals;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A worker's row of a snapshot, from what the pool's rules, its ledger and its backend know. */
final class StatusRow {
  private StatusRow() {}

  /** What the rules alone know, without names and times. */
  static Worker of(Seat seat) {
    return of(seat, null, Vitals.NONE, seat.atSince());
  }

  /**
   * Returns the row.
   *
   * @param ticket of what the worker is at; null: it is at nothing
   */
  static Worker of(Seat seat, @Nullable Ticket ticket, Vitals vitals) {
    return of(seat, ticket, vitals, System.nanoTime());
  }

  private static Worker of(Seat seat, @Nullable Ticket ticket, Vitals vitals, long now) {
    Delivery at = seat.at();
    return new Worker(
        seat.worker,
        seat.pid > 0 ? OptionalLong.of(seat.pid) : OptionalLong.empty(),
        state(seat, at),
        at == null ? Optional.empty() : Optional.of(work(seat, at, ticket, vitals, now)),
        vitals.residentBytes(),
        seat.itemsDone);
  }

  private static WorkerState state(Seat seat, @Nullable Delivery at) {
    return switch (seat.phase) {
      case STARTING -> WorkerState.STARTING;
      case UP -> at == null && seat.front() == null ? WorkerState.IDLE : WorkerState.BUSY;
      case LEAVING -> WorkerState.LEAVING;
      case DYING -> WorkerState.DYING;
    };
  }

  private static Work work(
      Seat seat, Delivery at, @Nullable Ticket ticket, Vitals vitals, long now) {
    return new Work(
        at.job.id,
        ticket == null ? "" : ticket.submission.name(),
        ticket == null ? at.next : ticket.index(at.next),
        at.history.attempt(),
        Duration.ofNanos(Math.max(0, now - seat.atSince())),
        vitals.progressDone(),
        vitals.progressTotal());
  }
}
