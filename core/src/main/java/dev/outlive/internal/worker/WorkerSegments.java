package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.SegmentReader;
import dev.outlive.internal.protocol.SegmentStore;
import dev.outlive.internal.protocol.Segments;
import dev.outlive.internal.protocol.WorkerArguments;

/**
 * The segments that a worker has to do with: the pool's, which it reads arguments from, and its
 * own, which it lays results into.
 */
record WorkerSegments(Segments arguments, SegmentStore results) {
  static WorkerSegments of(WorkerArguments arguments) {
    return new WorkerSegments(
        arguments
            .segments()
            .<Segments>map(place -> new SegmentReader(place, Long.MAX_VALUE))
            .orElse(Segments.NONE),
        arguments.ownSegments().map(SegmentStore::new).orElse(SegmentStore.NONE));
  }

  /** Lets go of what was not used for a while. */
  void trim(long now) {
    arguments.trim(now);
    results.trim(now);
  }
}
