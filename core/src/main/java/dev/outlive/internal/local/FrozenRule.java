package dev.outlive.internal.local;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges from samples whether a worker is frozen. Beats alone do not prove health, and silence does
 * not prove guilt: frozen is only whose beats stood still over the whole time while it was
 *
 * <ul>
 *   <li>stopped (state T) at every sample; or
 *   <li>without any use of the processor, none of its threads runnable, although it had beaten
 *       before: a starved machine leaves threads runnable, and who never beat is still starting.
 * </ul>
 *
 * <p>Time is counted in samples: each adds at most two intervals. So a parent that was itself
 * stopped for 20 s does not take that time for its workers' silence. Whoever is traced is never
 * frozen: a debugger holds it.
 *
 * <p>Pure: no clock, no I/O. Confined to one thread.
 */
final class FrozenRule {
  /**
   * One look at a worker.
   *
   * @param nanos when, on the clock of {@link System#nanoTime}
   * @param beats how often it has beaten
   * @param state as in {@code /proc/PID/stat}
   */
  record Sample(
      long nanos, long beats, char state, boolean traced, boolean runnable, long cpuNanos) {
    /** Of a worker that beats as it should, so that nobody has asked for more. */
    static Sample ofHealthy(long nanos, long beats) {
      return new Sample(nanos, beats, '?', false, true, -1);
    }

    boolean stopped() {
      return state == 'T';
    }
  }

  private final long frozenAfterNanos;
  private final long mostNanos;

  private @Nullable Sample last;
  private boolean hasBeaten;
  private long stoppedNanos;
  private int stoppedSamples;
  private long idleNanos;
  private int idleSamples;

  FrozenRule(long frozenAfterNanos, long intervalNanos) {
    this.frozenAfterNanos = frozenAfterNanos;
    this.mostNanos = 2 * intervalNanos;
  }

  /** Takes the next sample; returns a sentence of evidence if the worker is frozen by now. */
  Optional<String> add(Sample now) {
    Sample before = last;
    last = now;
    boolean silent = before != null && before.beats == now.beats && !now.traced && !before.traced;
    hasBeaten |= before != null && before.beats != now.beats;
    if (before == null || !silent) {
      forget();
      return Optional.empty();
    }
    long gap = Math.clamp(now.nanos - before.nanos, 0, mostNanos);
    boolean stopped = before.stopped() && now.stopped();
    stoppedNanos = stopped ? stoppedNanos + gap : 0;
    stoppedSamples = stopped ? stoppedSamples + 1 : 0;
    boolean idle =
        hasBeaten && !before.runnable && !now.runnable && before.cpuNanos == now.cpuNanos;
    idleNanos = idle ? idleNanos + gap : 0;
    idleSamples = idle ? idleSamples + 1 : 0;
    if (stoppedNanos >= frozenAfterNanos) {
      return Optional.of(
          evidence(now, stoppedNanos, stoppedSamples)
              + "it was stopped (state T) at each of them.");
    }
    if (idleNanos >= frozenAfterNanos) {
      return Optional.of(
          evidence(now, idleNanos, idleSamples)
              + "it used no processor time and none of its threads wanted any (state "
              + now.state
              + ").");
    }
    return Optional.empty();
  }

  private void forget() {
    stoppedNanos = 0;
    stoppedSamples = 0;
    idleNanos = 0;
    idleSamples = 0;
  }

  private static String evidence(Sample now, long nanos, int samples) {
    return String.format(
        Locale.ROOT,
        "Its heartbeat stood still at %d for %.1f s (%d samples), and ",
        now.beats,
        nanos / 1e9,
        samples + 1);
  }
}
