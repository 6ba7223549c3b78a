package dev.outlive.internal.pool;

import dev.outlive.internal.protocol.BulkPlace;
import dev.outlive.internal.protocol.SegmentReader;
import dev.outlive.internal.protocol.SegmentStore;
import dev.outlive.internal.protocol.Segments;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The segments that a pool shares with its workers: its own, which arguments lie in, and those of
 * each worker, which results are copied out of as soon as they are told. What is not used for a
 * while is let go of. Safe for use by many threads.
 */
final class PoolSegments {
  private static final long LOOK_SECONDS = 2;

  private final Optional<BulkPlace> place;
  private final long maxResultBytes;
  private final ScheduledExecutorService clock;
  private final SegmentStore arguments;
  private final List<Segments> all = new ArrayList<>(); // guarded by this
  private boolean looking; // guarded by this

  /**
   * Creates them; none is there before it is needed.
   *
   * @param place where the pool's lie; empty: there are none
   * @param maxResultBytes the most bytes that a result may have
   */
  PoolSegments(Optional<BulkPlace> place, long maxResultBytes, ScheduledExecutorService clock) {
    this.place = place;
    this.maxResultBytes = maxResultBytes;
    this.clock = clock;
    this.arguments = place.map(SegmentStore::new).orElse(SegmentStore.NONE);
    all.add(arguments);
  }

  /** Returns what arguments lie in. */
  SegmentStore arguments() {
    return arguments;
  }

  /** Returns what the results of a worker are read from. */
  Segments ofWorker(int worker) {
    return place
        .<Segments>map(at -> new SegmentReader(at.ofWorker(worker), maxResultBytes))
        .orElse(Segments.NONE);
  }

  /** What lay there of arguments was given back, if any did. */
  void freed(boolean any) {
    if (any) {
      used(arguments);
    }
  }

  /** Something was used, so there will be something to let go of. */
  synchronized void used(Segments segments) {
    if (!all.contains(segments)) {
      all.add(segments);
    }
    lookLater();
  }

  /** Guarded by this. */
  private void lookLater() {
    if (looking) {
      return;
    }
    try {
      var _ = clock.schedule(this::look, LOOK_SECONDS, TimeUnit.SECONDS);
      looking = true;
    } catch (RejectedExecutionException e) {
      // the pool has ended, and with it all that there is to let go of
    }
  }

  private synchronized void look() {
    looking = false;
    long now = System.nanoTime();
    boolean left = false;
    for (Segments segments : all) {
      left |= segments.trim(now);
    }
    if (left) {
      lookLater();
    }
  }

  /** The worker is gone. */
  synchronized void gone(Segments ofWorker) {
    all.remove(ofWorker);
    ofWorker.close();
  }

  /** The pool has ended. */
  void close() {
    arguments.close();
  }
}
