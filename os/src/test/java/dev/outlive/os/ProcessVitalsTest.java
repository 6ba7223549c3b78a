package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ProcessVitalsTest {
  private static final int SIGSTOP = 19;

  @AutoClose private final Processes processes = new Processes();

  private static ProcessVitals read(ProcessIdentity process) {
    return ProcessVitals.read(process.pid()).orElseThrow();
  }

  @Test
  void thisProcessRunsAndHoldsMemory() {
    ProcessVitals vitals = ProcessVitals.read(ProcessHandle.current().pid()).orElseThrow();
    assertThat(vitals.runnable()).isTrue();
    assertThat(vitals.tracer()).isZero();
    assertThat(vitals.residentBytes()).isBetween(10L << 20, 100L << 30);
    assertThat(vitals.anonymousBytes()).isBetween(1L << 20, vitals.residentBytes());
    assertThat(vitals.sharedBytes()).isBetween(0L, vitals.residentBytes());
    assertThat(vitals.peakBytes()).isGreaterThanOrEqualTo(10L << 20);
    assertThat(vitals.cpuNanos()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(10));
  }

  @Test
  void aBusyProcessMakesProgressAndASleepingOneNone() throws IOException {
    ProcessIdentity busy = processes.start(new ProcessBuilder("sh", "-c", "while :; do :; done"));
    long before = read(busy).cpuNanos();
    Await.until("progress", () -> read(busy).cpuNanos() > before);
    Await.until("runnable", () -> read(busy).runnable());

    ProcessIdentity asleep = processes.start(new ProcessBuilder("sleep", "600"));
    Await.until("sleep", () -> ThreadStates.read(asleep.pid()).toString().contains("nanosleep"));
    ProcessVitals first = read(asleep);
    long later = before + TimeUnit.MILLISECONDS.toNanos(50);
    Await.until("progress of the other", () -> read(busy).cpuNanos() > later);
    assertThat(read(asleep).cpuNanos()).isEqualTo(first.cpuNanos());
    assertThat(first.runnable()).isFalse();
    assertThat(first.state()).isEqualTo('S');
  }

  @Test
  void aStoppedProcessIsSeenAsStopped() throws IOException {
    ProcessIdentity process = processes.start(new ProcessBuilder("sleep", "600"));
    Signals.send(process.pid(), SIGSTOP);
    Await.until("stopped", () -> read(process).state() == 'T');
    assertThat(read(process).runnable()).isFalse();
  }

  @Test
  void theDeadHaveNoVitals() throws Exception {
    assertThat(ProcessVitals.read(0)).isEmpty();
    assertThat(ProcessVitals.read(Integer.MAX_VALUE)).isEmpty();
    Process process = new ProcessBuilder("true").start();
    assertThat(process.waitFor()).isZero();
    assertThat(ProcessVitals.read(process.pid())).isEmpty();
  }

  @Test
  void aZombieHasNoVitals() throws IOException {
    // The child of this shell ends, and nobody waits for it.
    ProcessIdentity parent = processes.session("sleep 600 & kill -9 $!; exec sleep 600");
    Await.until(
        "a zombie", () -> new ProcessGroup(parent).members().stream().anyMatch(ProcessStat::dead));
    long zombie =
        new ProcessGroup(parent)
            .members().stream().filter(ProcessStat::dead).findFirst().orElseThrow().pid();
    assertThat(ProcessVitals.read(zombie)).isEmpty();
  }
}
