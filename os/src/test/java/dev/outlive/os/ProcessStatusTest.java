package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Of {@link ProcessStatus} and {@link ThreadActivity}. */
class ProcessStatusTest {
  private static final int SIGSTOP = 19;

  @AutoClose private final Processes processes = new Processes();

  private static ProcessStatus status(ProcessIdentity process) {
    return ProcessStatus.read(process.pid()).orElseThrow();
  }

  private static ThreadActivity threads(ProcessIdentity process) {
    return ThreadActivity.of(process.pid()).orElseThrow();
  }

  @Test
  void thisProcessRunsAndHoldsMemory() {
    long self = ProcessHandle.current().pid();
    ThreadActivity threads = ThreadActivity.of(self).orElseThrow();
    assertThat(threads.runnable()).isTrue();
    assertThat(threads.cpuNanos()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(10));
    ProcessStatus vitals = ProcessStatus.read(self).orElseThrow();
    assertThat(vitals.tracer()).isZero();
    assertThat(vitals.residentBytes()).isBetween(10L << 20, 100L << 30);
    assertThat(vitals.anonymousBytes()).isBetween(1L << 20, vitals.residentBytes());
    assertThat(vitals.sharedBytes()).isBetween(0L, vitals.residentBytes());
    assertThat(vitals.peakBytes()).isGreaterThanOrEqualTo(10L << 20);
  }

  @Test
  void aBusyProcessMakesProgressAndASleepingOneNone() throws IOException {
    ProcessIdentity busy = processes.start(new ProcessBuilder("sh", "-c", "while :; do :; done"));
    long before = threads(busy).cpuNanos();
    Await.until("progress", () -> threads(busy).cpuNanos() > before);
    Await.until("runnable", () -> threads(busy).runnable());

    ProcessIdentity asleep = processes.start(new ProcessBuilder("sleep", "600"));
    Await.until("sleep", () -> ThreadStates.read(asleep.pid()).toString().contains("nanosleep"));
    ThreadActivity first = threads(asleep);
    long later = before + TimeUnit.MILLISECONDS.toNanos(50);
    Await.until("progress of the other", () -> threads(busy).cpuNanos() > later);
    assertThat(threads(asleep).cpuNanos()).isEqualTo(first.cpuNanos());
    assertThat(first.runnable()).isFalse();
    assertThat(status(asleep).state()).isEqualTo('S');
  }

  @Test
  void aStoppedProcessIsSeenAsStopped() throws IOException {
    ProcessIdentity process = processes.start(new ProcessBuilder("sleep", "600"));
    Signals.send(process.pid(), SIGSTOP);
    Await.until("stopped", () -> status(process).state() == 'T');
    assertThat(threads(process).runnable()).isFalse();
  }

  @Test
  void theDeadHaveNoStatus() throws Exception {
    assertThat(ProcessStatus.read(0)).isEmpty();
    assertThat(ProcessStatus.read(Integer.MAX_VALUE)).isEmpty();
    Process process = new ProcessBuilder("true").start();
    assertThat(process.waitFor()).isZero();
    assertThat(ProcessStatus.read(process.pid())).isEmpty();
  }

  @Test
  void aZombieHasNoStatus() throws IOException {
    // The child of this shell ends, and nobody waits for it.
    ProcessIdentity parent = processes.session("sleep 600 & kill -9 $!; exec sleep 600");
    Await.until(
        "a zombie", () -> new ProcessGroup(parent).members().stream().anyMatch(ProcessStat::dead));
    long zombie =
        new ProcessGroup(parent)
            .members().stream().filter(ProcessStat::dead).findFirst().orElseThrow().pid();
    assertThat(ProcessStatus.read(zombie)).isEmpty();
  }
}
