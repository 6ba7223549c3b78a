package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.outlive.internal.diagnosis.Held;
import dev.outlive.internal.protocol.HeapUse;
import dev.outlive.os.ProcessIdentity;
import dev.outlive.os.ProcessStatus;
import dev.outlive.os.Signals;
import dev.outlive.spi.MemoryView;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real processes; the test plays their heartbeats. */
final class VitalSignsTest {
  private static final int SIGCONT = 18;
  private static final int SIGSTOP = 19;
  private static final Duration INTERVAL = Duration.ofMillis(10);
  private static final Duration FROZEN_AFTER = Duration.ofMillis(200);
  private static final LongSupplier NO_BEAT = () -> 7;
  private static final Supplier<MemoryGauge> NO_LIMIT = () -> new MemoryGauge(0, 0);

  private final VitalSigns vitals =
      new VitalSigns("signs", new VitalSigns.Limits(INTERVAL, FROZEN_AFTER, FROZEN_AFTER));
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void end() throws InterruptedException {
    vitals.close();
    for (Process process : processes) {
      process.toHandle().destroyForcibly();
      process.waitFor();
    }
  }

  /** What was told of one worker. */
  private static final class Told implements VitalSigns.Listener {
    private final List<String> frozen = new CopyOnWriteArrayList<>();
    private final List<String> hung = new CopyOnWriteArrayList<>();
    private final List<Held> over = new CopyOnWriteArrayList<>();
    private final List<Long> grown = new CopyOnWriteArrayList<>();
    private final List<String> threads = new CopyOnWriteArrayList<>();

    @Override
    public void frozen(String evidence) {
      threads.add(Thread.currentThread().getName());
      frozen.add(evidence);
    }

    @Override
    public void hungExit(String evidence) {
      threads.add(Thread.currentThread().getName());
      hung.add(evidence);
    }

    @Override
    public void overLimit(Held held) {
      threads.add(Thread.currentThread().getName());
      over.add(held);
    }

    @Override
    public void grown(long heldBytes, long limitBytes) {
      threads.add(Thread.currentThread().getName());
      grown.add(limitBytes);
    }
  }

  private ProcessIdentity start(String... command) throws IOException {
    Process process = new ProcessBuilder(command).start();
    processes.add(process);
    return ProcessIdentity.of(process.pid()).orElseThrow();
  }

  private static void stop(ProcessIdentity process) {
    assertThat(Signals.send(process.pid(), SIGSTOP)).isZero();
    Await.until("stopped", () -> ProcessStatus.read(process.pid()).orElseThrow().state() == 'T');
  }

  private Watched watch(ProcessIdentity worker, LongSupplier beats, Told told) {
    return vitals.watch(worker, signs(beats, () -> false, false), NO_LIMIT.get(), told);
  }

  private static VitalSigns.Signs signs(
      LongSupplier beats, BooleanSupplier leaving, boolean debugged) {
    return new VitalSigns.Signs(1, beats, System::nanoTime, () -> HeapUse.NONE, leaving, debugged);
  }

  /** After this, any worker that was silent and idle since before would have been called frozen. */
  private void awaitAnotherFrozen() throws IOException {
    for (int i = 0; i < 2; i++) {
      Told told = new Told();
      ProcessIdentity other = start("sleep", "600");
      stop(other);
      var _ = watch(other, NO_BEAT, told);
      Await.until("another one frozen", () -> !told.frozen.isEmpty());
    }
  }

  @Test
  void a_stopped_process_is_frozen_and_that_is_told_once() throws IOException {
    ProcessIdentity worker = start("sleep", "600");
    Told told = new Told();
    stop(worker);
    watch(worker, NO_BEAT, told);
    awaitAnotherFrozen();
    assertThat(told.frozen)
        .singleElement()
        .asString()
        .startsWith("Its heartbeat stood still at 7 for 0.")
        .contains("it was stopped (state T)");
    assertThat(told.threads).containsExactly("outlive-signs-vitals");
    assertThat(told.hung).isEmpty();
  }

  @Test
  void a_process_that_beat_and_then_neither_beats_nor_computes_is_frozen() throws IOException {
    ProcessIdentity worker = start("sleep", "600");
    Told told = new Told();
    AtomicLong beats = new AtomicLong();
    AtomicBoolean beating = new AtomicBoolean(true);
    watch(worker, () -> beating.get() ? beats.incrementAndGet() : beats.get(), told);
    Await.until("beats", () -> beats.get() > 3);
    beating.set(false);
    Await.until("frozen", () -> !told.frozen.isEmpty());
    assertThat(told.frozen).singleElement().asString().contains("used no processor time");
  }

  @Test
  void who_sleeps_computes_or_is_debugged_is_not_frozen() throws IOException {
    AtomicLong beats = new AtomicLong();
    Told sleeping = new Told();
    watch(start("sleep", "600"), beats::incrementAndGet, sleeping);
    Told neverBeat = new Told();
    watch(start("sleep", "600"), NO_BEAT, neverBeat);
    Told busy = new Told();
    watch(start("sh", "-c", "while :; do :; done"), beats::incrementAndGet, busy);
    Told silent = new Told();
    watch(start("sh", "-c", "while :; do :; done"), () -> Math.min(beats.get(), 5), silent);
    Told debugged = new Told();
    ProcessIdentity held = start("sleep", "600");
    stop(held);
    vitals.watch(held, signs(NO_BEAT, () -> false, true), NO_LIMIT.get(), debugged);
    awaitAnotherFrozen();
    for (Told told : List.of(sleeping, neverBeat, busy, silent, debugged)) {
      assertThat(told.frozen).isEmpty();
      assertThat(told.hung).isEmpty();
    }
  }

  /**
   * Each beat comes when it is continued, well before the time is over: by the test's own count.
   */
  @Test
  void who_is_continued_in_time_is_not_frozen() throws IOException {
    VitalSigns patient =
        new VitalSigns(
            "patient", new VitalSigns.Limits(INTERVAL, Duration.ofSeconds(20), INTERVAL));
    try (patient) {
      ProcessIdentity worker = start("sleep", "600");
      Told told = new Told();
      AtomicLong beats = new AtomicLong(1);
      Watched watched =
          patient.watch(worker, signs(beats::get, () -> false, false), NO_LIMIT.get(), told);
      for (int i = 0; i < 3; i++) {
        stop(worker);
        long before = System.nanoTime();
        Await.until("a look", () -> lastLook(watched) - before > 0);
        Signals.send(worker.pid(), SIGCONT);
        Await.until(
            "continued", () -> ProcessStatus.read(worker.pid()).orElseThrow().state() == 'S');
        beats.incrementAndGet();
        long continued = System.nanoTime();
        Await.until("the beat", () -> watched.lastBeatNanos().orElse(0) - continued > 0);
      }
      assertThat(told.frozen).isEmpty();
    }
  }

  private static long lastLook(Watched watched) {
    List<MemoryGauge.Sample> samples = watched.gauge().curve();
    return samples.isEmpty() ? Long.MIN_VALUE / 2 : samples.getLast().nanos();
  }

  @Test
  void an_exit_that_does_not_end_is_told_once() throws IOException {
    Told told = new Told();
    AtomicBoolean leaving = new AtomicBoolean();
    AtomicLong beats = new AtomicLong();
    vitals.watch(
        start("sleep", "600"),
        signs(beats::incrementAndGet, leaving::get, false),
        NO_LIMIT.get(),
        told);
    awaitAnotherFrozen();
    assertThat(told.hung).isEmpty();
    leaving.set(true);
    Await.until("hung", () -> !told.hung.isEmpty());
    awaitAnotherFrozen();
    assertThat(told.hung)
        .singleElement()
        .asString()
        .startsWith("An orderly exit began at least 0.2 s ago")
        .contains("the grace is 0.2 s");
    assertThat(told.frozen).isEmpty();
  }

  @Test
  void the_last_memory_samples_and_the_counters_stay_after_the_death() throws Exception {
    ProcessIdentity worker = start("sleep", "600");
    Watched watched = watch(worker, NO_BEAT, new Told());
    Await.until("samples", () -> watched.gauge().curve().size() == MemoryGauge.KEPT + 1);
    processes.getFirst().toHandle().destroyForcibly();
    processes.getFirst().waitFor();
    awaitAnotherFrozen();
    List<MemoryGauge.Sample> samples = watched.gauge().curve();
    assertThat(samples).hasSize(MemoryGauge.KEPT + 1).allMatch(s -> s.heldBytes() > 0);
    assertThat(samples).isSortedAccordingTo((a, b) -> Long.compare(a.nanos(), b.nanos()));
    assertThat(watched.killsBefore().again().since(watched.killsBefore()))
        .noneMatch(rise -> rise.path().contains("outlive"));
    assertThat(watched.lastBeatNanos()).isPresent();
    watched.close();
  }

  /** Of a shell that holds much in a child: tail keeps a line until it ends. */
  @Test
  void who_holds_more_than_its_limit_is_told_once_with_what_its_children_hold() throws IOException {
    ProcessIdentity worker = start("sh", "-c", "tail -n 1 /dev/zero; :");
    Told told = new Told();
    long limit = 64 << 20;
    MemoryGauge gauge = new MemoryGauge(limit, limit / 2);
    Watched watched = vitals.watch(worker, signs(NO_BEAT, () -> false, true), gauge, told);
    Await.until("over the limit", () -> !told.over.isEmpty() && !told.grown.isEmpty());
    processes.getFirst().descendants().forEach(ProcessHandle::destroyForcibly);
    assertThat(watched.over()).isEqualTo(told.over.getFirst());
    assertThat(watched.over().limitBytes()).isEqualTo(limit);
    assertThat(watched.over().heldBytes()).isGreaterThan(limit);
    assertThat(watched.over().processes()).isBetween(2, 3);
    awaitAnotherFrozen();
    assertThat(told.over).hasSize(1);
    assertThat(told.grown).containsExactly(limit / 2);
    assertThat(told.threads).containsOnly("outlive-signs-vitals");
  }

  @Test
  void the_machine_is_told_of_while_there_is_no_worker_and_more_often_if_asked()
      throws IOException {
    List<MemoryView> views = new CopyOnWriteArrayList<>();
    vitals.watchHost(views::add);
    Await.until("a view", () -> !views.isEmpty());
    assertThat(views.getFirst().heldBytes()).isEmpty();
    assertThat(views.getFirst().freeBytes()).isPositive();
    vitals.watchHostClosely(true);
    int before = views.size();
    ProcessIdentity worker = start("sleep", "600");
    Watched watched = watch(worker, NO_BEAT, new Told());
    Await.until("ten views", () -> views.size() > before + 10);
    long nanos = views.get(before + 10).nanos() - views.get(before).nanos();
    assertThat(nanos).as("for ten of them").isGreaterThan(500_000_000);
    Await.until("it counts", () -> views.getLast().heldBytes().containsKey(1));
    watched.close();
    Await.until("it counts no more", () -> views.getLast().heldBytes().isEmpty());
  }

  @Test
  void an_observer_that_throws_ends_no_looks() throws IOException {
    List<MemoryView> views = new CopyOnWriteArrayList<>();
    vitals.watchHostClosely(true); // nobody is told yet
    vitals.watchHost(
        view -> {
          views.add(view);
          throw new IllegalStateException("on purpose");
        });
    vitals.watchHostClosely(true);
    Await.until("views all the same", () -> views.size() > 2);
    awaitAnotherFrozen();
  }

  @Test
  void signs_that_cannot_be_read_harm_nobody_else() throws IOException {
    Told told = new Told();
    LongSupplier broken =
        () -> {
          throw new IllegalStateException("Already closed");
        };
    watch(start("sleep", "600"), broken, told);
    awaitAnotherFrozen();
    assertThat(told.frozen).isEmpty();
  }

  @Test
  void its_thread_ends_when_it_is_closed_and_nobody_is_watched_after() throws IOException {
    Told told = new Told();
    ProcessIdentity worker = start("sleep", "600");
    watch(worker, NO_BEAT, told).close();
    vitals.close();
    vitals.close();
    watch(worker, NO_BEAT, told);
    Await.until(
        "its thread has ended",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("outlive-signs-vitals")));
  }

  @Test
  void limits_that_make_no_sense_are_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VitalSigns.Limits(Duration.ZERO, INTERVAL, INTERVAL))
        .withMessageContaining("PT0S");
  }
}
