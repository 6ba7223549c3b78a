package dev.outlive.internal.local;

import dev.outlive.os.MemoryKills;
import dev.outlive.os.ProcessIdentity;
import dev.outlive.os.ProcessVitals;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One worker under {@link VitalSigns}: judges it at each look, and keeps the last of what was seen.
 * Looked at by the vitals thread, read by any.
 */
final class Watched implements AutoCloseable {
  /** How many memory samples are kept. */
  static final int KEPT = 16;

  /**
   * How much memory a worker held.
   *
   * @param nanos when, on the clock of {@link System#nanoTime}
   */
  record MemorySample(long nanos, long residentBytes, long anonymousBytes, long sharedBytes) {}

  /** A heartbeat: how many there were, and when the last new one was seen. */
  private record Beat(long count, long nanos) {}

  private final ProcessIdentity worker;
  private final VitalSigns.Signs signs;
  private final VitalSigns.Listener listener;
  private final VitalSigns.Limits limits;
  private final MemoryKills kills;
  private final Consumer<Watched> onClose;
  private final Predicate<Watched> shared;

  private final FrozenRule rule; // vitals thread only
  private boolean toldFrozen; // vitals thread only
  private boolean toldHung; // vitals thread only
  private long lastLook; // vitals thread only
  private long leavingNanos; // vitals thread only
  private boolean wasLeaving; // vitals thread only

  private final Deque<MemorySample> memory = new ArrayDeque<>(); // guarded by this
  private final Peaks peaks = new Peaks(); // guarded by this
  private Optional<Beat> beat = Optional.empty(); // guarded by this

  /** The reading before the last, see {@link #killsBefore}. Guarded by this. */
  private MemoryKills.Reading before;

  private MemoryKills.Reading latest; // guarded by this

  Watched(
      ProcessIdentity worker,
      VitalSigns.Signs signs,
      VitalSigns.Listener listener,
      VitalSigns.Limits limits,
      MemoryKills kills,
      Consumer<Watched> onClose,
      Predicate<Watched> shared) {
    this.worker = worker;
    this.signs = signs;
    this.listener = listener;
    this.limits = limits;
    this.kills = kills;
    this.onClose = onClose;
    this.shared = shared;
    this.rule = new FrozenRule(limits.frozenAfter().toNanos(), limits.interval().toNanos());
    this.latest = kills.read(worker.pid());
    this.before = latest;
  }

  /** Returns the last memory samples, oldest first, at most {@value #KEPT}. */
  synchronized List<MemorySample> memory() {
    return List.copyOf(memory);
  }

  /** Returns how much memory it held when it was last looked at. */
  synchronized OptionalLong residentBytes() {
    return memory.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(memory.peekLast().residentBytes());
  }

  /** Returns the most memory that it was seen to hold since then. */
  synchronized OptionalLong peakSince(long nanos) {
    return peaks.since(nanos);
  }

  /** Returns when a new beat was last seen, on the clock of {@link System#nanoTime}. */
  synchronized OptionalLong lastBeatNanos() {
    return beat.isPresent() ? OptionalLong.of(beat.get().nanos) : OptionalLong.empty();
  }

  /**
   * Returns the kernel's OOM counters as they were before the worker's death, to be compared with
   * {@link MemoryKills.Reading#again}. They are one to two intervals old: the counters rise before
   * their victim is gone, so the last reading may have seen the kill already.
   */
  synchronized MemoryKills.Reading killsBefore() {
    return before;
  }

  /** Returns whether somebody else of the pool is in its control group: a count proves nothing. */
  boolean sharesItsGroup() {
    return killsBefore().ownIsShared() || shared.test(this);
  }

  /**
   * Reads the kernel's counters anew, as of now: a worker that has just got ready is in the control
   * group that it will stay in, which what starts it may have chosen.
   */
  void settled() {
    MemoryKills.Reading reading = kills.read(worker.pid());
    synchronized (this) {
      before = reading;
      latest = reading;
    }
  }

  /** Ends the looks at this worker; what was seen stays readable. */
  @Override
  public void close() {
    onClose.accept(this);
  }

  /** Takes one sample. On the vitals thread. */
  void look(long now) {
    if (!worker.isAlive()) {
      return;
    }
    long beats = signs.beats().getAsLong();
    boolean leaving = signs.leaving().getAsBoolean();
    Optional<ProcessVitals> vitals = ProcessVitals.read(worker.pid());
    MemoryKills.Reading reading = kills.read(worker.pid());
    if (worker.isAlive()) {
      keep(now, beats, vitals, reading);
    }
    boolean debugged = signs.debugged() || vitals.filter(v -> v.tracer() != 0).isPresent();
    vitals.ifPresent(v -> judgeFrozen(now, beats, v, debugged));
    judgeExit(now, leaving, debugged);
    lastLook = now;
  }

  private synchronized void keep(
      long now, long beats, Optional<ProcessVitals> vitals, MemoryKills.Reading reading) {
    before = latest;
    latest = reading;
    if (beat.isEmpty() || beat.get().count != beats) {
      beat = Optional.of(new Beat(beats, now));
    }
    vitals.ifPresent(
        v -> {
          if (memory.size() == KEPT) {
            memory.removeFirst();
          }
          peaks.add(now, v.residentBytes());
          memory.addLast(
              new MemorySample(now, v.residentBytes(), v.anonymousBytes(), v.sharedBytes()));
        });
  }

  private void judgeFrozen(long now, long beats, ProcessVitals vitals, boolean debugged) {
    Optional<String> evidence =
        rule.add(
            new FrozenRule.Sample(
                now, beats, vitals.state(), debugged, vitals.runnable(), vitals.cpuNanos()));
    if (evidence.isPresent() && !toldFrozen) {
      toldFrozen = true;
      listener.frozen(evidence.get());
    }
  }

  /** Counted in samples like {@link FrozenRule}, so that a stopped parent blames nobody. */
  private void judgeExit(long now, boolean leaving, boolean debugged) {
    if (wasLeaving && leaving && !debugged) {
      leavingNanos += Math.clamp(now - lastLook, 0, 2 * limits.interval().toNanos());
    }
    wasLeaving = leaving;
    if (leavingNanos > limits.grace().toNanos() && !toldHung) {
      toldHung = true;
      listener.hungExit(
          String.format(
              Locale.ROOT,
              "An orderly exit began at least %.1f s ago and has not ended, the grace is %.1f s:"
                  + " what runs at its exit hangs, or takes longer.",
              leavingNanos / 1e9,
              limits.grace().toNanos() / 1e9));
    }
  }

  @Override
  public String toString() {
    return "worker " + worker;
  }
}
