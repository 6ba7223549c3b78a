package dev.outlive.internal.local;

import dev.outlive.os.WorkerCgroups;
import dev.outlive.task.Bytes;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The memory control group of one worker, if it has one of its own. Safe for use by many threads.
 *
 * @param group the group; empty: there is none
 * @param place the path of the pool's group, in which it is
 */
record OwnGroup(Optional<WorkerCgroups.Own> group, String place) {
  /** A worker that is in the group of its pool's process. */
  static final OwnGroup NONE = new OwnGroup(Optional.empty(), "");

  /** What was killed takes a moment to be gone: longer where it held much. */
  private static final long REMOVE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long PAUSE_NANOS = 10_000_000;

  /** Returns the file through which the worker's shell joins it. */
  Optional<Path> procs() {
    return group.map(WorkerCgroups.Own::procs);
  }

  /** Returns whether the kernel keeps the limit of a process that is in the group of that path. */
  boolean enforcesIn(String path) {
    return group.isPresent()
        && group.get().limitBytes().isPresent()
        && path.startsWith(place + "/");
  }

  /** Returns what the kernel says of it in the end, in words; empty if there is none. */
  Optional<String> inWords() {
    return group.map(
        own -> {
          OptionalLong limit = own.limitBytes();
          OptionalLong peak = own.peakBytes();
          return "its own control group held "
              + (peak.isPresent()
                  ? new Bytes(peak.getAsLong()) + " at most"
                  : "nobody knows how much")
              + (limit.isPresent()
                  ? ", its limit was " + new Bytes(limit.getAsLong())
                  : " and had no limit");
        });
  }

  /** Removes it if nobody is in it any more. */
  boolean remove() {
    return group.isEmpty() || group.get().remove();
  }

  /** Removes it, and waits some seconds until that can be done; what is left goes with the pool. */
  void removeInTime() {
    long end = System.nanoTime() + REMOVE_NANOS;
    while (!remove() && System.nanoTime() - end < 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
