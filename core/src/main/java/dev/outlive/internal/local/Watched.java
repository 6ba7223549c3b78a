package dev.outlive.internal.local;

import dev.outlive.internal.diagnosis.Held;
import dev.outlive.os.MemoryKills;
import dev.outlive.os.MemoryMeter;
import dev.outlive.os.MemoryUse;
import dev.outlive.os.ProcessIdentity;
import dev.outlive.os.ProcessStatus;
import dev.outlive.os.ThreadActivity;
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
  /** A JVM that starts is soon as large as it is without a task. */
  private static final long FIRST_MEMORY_NANOS = 50_000_000;

  /** Who is due within this part of an interval is looked at now: fewer wake-ups. */
  private static final int EARLY = 4;

  /** A heartbeat: how many there were, and when the last new one was seen. */
  private record Beat(long count, long nanos) {}

  private final ProcessIdentity worker;
  private final VitalSigns.Signs signs;
  private final MemoryGauge gauge;
  private final MemoryMeter meter;
  private final VitalSigns.Listener listener;
  private final VitalSigns.Limits limits;
  private final MemoryKills kills;
  private final Consumer<Watched> onClose;
  private final Predicate<Watched> shared;

  private final FrozenRule rule; // vitals thread only
  private boolean toldFrozen; // vitals thread only
  private boolean toldHung; // vitals thread only
  private long lastLook; // vitals thread only
  private long lastMemory; // vitals thread only
  private boolean metered; // vitals thread only
  private boolean seenAlive; // vitals thread only
  private long leavingNanos; // vitals thread only
  private boolean wasLeaving; // vitals thread only

  private volatile OwnGroup group = OwnGroup.NONE;

  private Held over = Held.NOTHING; // guarded by this
  private Optional<Beat> beat = Optional.empty(); // guarded by this

  /** The reading before the last, see {@link #killsBefore}. Guarded by this. */
  private MemoryKills.Reading before;

  private MemoryKills.Reading latest; // guarded by this

  Watched(
      ProcessIdentity worker,
      VitalSigns.Signs signs,
      MemoryGauge gauge,
      VitalSigns.Listener listener,
      VitalSigns.Limits limits,
      MemoryKills kills,
      Consumer<Watched> onClose,
      Predicate<Watched> shared) {
    this.worker = worker;
    this.signs = signs;
    this.gauge = gauge;
    this.meter = MemoryMeter.of(worker.pid());
    this.listener = listener;
    this.limits = limits;
    this.kills = kills;
    this.onClose = onClose;
    this.shared = shared;
    this.rule = new FrozenRule(limits.frozenAfter().toNanos(), limits.interval().toNanos());
    this.latest = kills.read(worker.pid());
    this.before = latest;
    this.lastLook = System.nanoTime();
    this.lastMemory = lastLook;
  }

  // ---- what was seen

  long pid() {
    return worker.pid();
  }

  int number() {
    return signs.number();
  }

  /** Returns its memory, as far as it was looked at. */
  MemoryGauge gauge() {
    return gauge;
  }

  /** Returns what it held when it was told to be over its limit. */
  synchronized Held over() {
    return over;
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
  void settled(OwnGroup own) {
    MemoryKills.Reading reading = kills.read(worker.pid());
    group = own;
    gauge.kernelEnforces(own.enforcesIn(reading.ownPath()));
    synchronized (this) {
      before = reading;
      latest = reading;
    }
  }

  /** Ends the looks at this worker; what was seen stays readable. */
  @Override
  public void close() {
    onClose.accept(this);
    meter.close();
  }

  // ---- looks, all on the vitals thread

  /** Returns when the next look at its memory is due. */
  long memoryDue(long hostRoomBytes) {
    return lastMemory + memoryInterval(hostRoomBytes);
  }

  /** Returns whether it is due by now, or as good as: two looks in one are one wake-up less. */
  boolean memoryIsDue(long now, long hostRoomBytes) {
    long interval = memoryInterval(hostRoomBytes);
    return now - lastMemory >= interval - interval / EARLY;
  }

  private long memoryInterval(long hostRoomBytes) {
    long interval = gauge.nanosToNextLook(hostRoomBytes);
    return metered ? interval : Math.min(interval, FIRST_MEMORY_NANOS);
  }

  /**
   * Takes a cheap look at its memory, and a precise one if that is due.
   *
   * @throws IllegalStateException if there is a limit, and nothing to compare it with
   */
  void lookAtMemory(long now) {
    OptionalLong estimate = meter.quick();
    if (estimate.isEmpty() || gauge.suspects(now, estimate.getAsLong())) {
      measureMemory(now);
    } else {
      lastMemory = now;
    }
  }

  /** Takes a precise look at its memory. Throws as {@link #lookAtMemory} does. */
  void measureMemory(long now) {
    lastMemory = now;
    metered = true;
    Optional<MemoryUse> use = meter.read();
    seenAlive = use.isPresent();
    if (seenAlive && use.get().residentBytes() > 0) { // none: it is about to be gone
      judgeMemory(now, use.get());
    } else if (use.isEmpty() && gauge.hasLimits() && worker.isAlive()) {
      throw new IllegalStateException("its memory cannot be read in /proc/" + worker.pid());
    }
  }

  private void judgeMemory(long now, MemoryUse use) {
    if (gauge.isLeftToTheKernel(use.countedBytes())) { // unless somebody has moved it meanwhile
      gauge.kernelEnforces(group.enforcesIn(kills.read(worker.pid()).ownPath()));
    }
    switch (gauge.take(now, use)) {
      case FINE -> {}
      case GROWN -> listener.grown(use.countedBytes(), gauge.recycleAboveBytes());
      case OVER -> {
        Held held = gauge.held(signs.heap().get(), signs.heapAt().getAsLong());
        synchronized (this) {
          over = held;
        }
        listener.overLimit(held);
      }
    }
  }

  /**
   * Looks at all but its memory, which was measured just before. More is read of who is silent, or
   * about to exit: it costs ten times as much.
   *
   * @param round of all workers
   */
  void look(long now, MemoryKills.Round round) {
    long since = lastLook;
    lastLook = now;
    if (!seenAlive && !worker.isAlive()) {
      return;
    }
    long beats = signs.beats().getAsLong();
    boolean leaving = signs.leaving().getAsBoolean();
    boolean silent = keep(now, beats, round);
    Optional<ProcessStatus> status =
        silent || leaving ? ProcessStatus.read(worker.pid()) : Optional.empty();
    boolean debugged = signs.debugged() || status.filter(s -> s.tracer() != 0).isPresent();
    if (silent && status.isPresent()) {
      judgeFrozen(suspect(now, beats, status.get(), debugged));
    } else {
      judgeFrozen(FrozenRule.Sample.ofHealthy(now, beats));
    }
    judgeExit(now - since, leaving, debugged);
  }

  /** Returns whether it beats no more: looks and beats come at the same pace, so one may miss. */
  private synchronized boolean keep(long now, long beats, MemoryKills.Round round) {
    before = latest;
    latest = before.again(round);
    if (beat.isEmpty() || beat.get().count != beats) {
      beat = Optional.of(new Beat(beats, now));
    }
    return now - beat.get().nanos >= limits.interval().toNanos() * 3 / 2;
  }

  private FrozenRule.Sample suspect(long now, long beats, ProcessStatus status, boolean debugged) {
    Optional<ThreadActivity> threads = ThreadActivity.of(worker.pid());
    return new FrozenRule.Sample(
        now,
        beats,
        status.state(),
        debugged,
        threads.isEmpty() || threads.get().runnable(),
        threads.isEmpty() ? -1 : threads.get().cpuNanos());
  }

  private void judgeFrozen(FrozenRule.Sample sample) {
    Optional<String> evidence = rule.add(sample);
    if (evidence.isPresent() && !toldFrozen) {
      toldFrozen = true;
      listener.frozen(evidence.get());
    }
  }

  /** Counted in samples like {@link FrozenRule}, so that a stopped parent blames nobody. */
  private void judgeExit(long sinceLast, boolean leaving, boolean debugged) {
    if (wasLeaving && leaving && !debugged) {
      leavingNanos += Math.clamp(sinceLast, 0, 2 * limits.interval().toNanos());
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
    return "worker " + signs.number() + " (pid " + worker.pid() + ")";
  }
}
