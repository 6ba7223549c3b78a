package dev.outlive.internal.pool;

import dev.outlive.spi.Death;
import dev.outlive.task.Bytes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one attempt at an item. Immutable.
 *
 * @param worker its worker's number; 0: there was none
 * @param pid its process; 0 likewise
 * @param endedNanos when its end was seen, on the clock of {@link System#nanoTime()}
 * @param ranNanos how long it ran; -1: not known
 * @param cpuNanos its thread's processor time; -1: not known
 * @param peakBytes the most memory that the worker was seen to hold meanwhile; -1: not known
 */
record Attempt(
    int worker, long pid, long endedNanos, long ranNanos, long cpuNanos, long peakBytes) {
  static final Attempt NONE = new Attempt(0, 0, 0, -1, -1, -1);

  /** The one that a worker was at when it died. */
  static Attempt lost(Death death, long now) {
    int worker = death.diagnosis().worker();
    long pid = death.diagnosis().pid().orElse(0);
    for (Death.Standing seen : death.lastSeen()) {
      if (seen.ranNanos() >= 0) {
        return new Attempt(worker, pid, now, seen.ranNanos(), -1, seen.peakBytes());
      }
    }
    return new Attempt(worker, pid, now, -1, -1, -1);
  }

  @Nullable Duration cpuTime() {
    return cpuNanos < 0 ? null : Duration.ofNanos(cpuNanos);
  }

  @Nullable Bytes peakMemory() {
    return peakBytes < 0 ? null : new Bytes(peakBytes);
  }
}
