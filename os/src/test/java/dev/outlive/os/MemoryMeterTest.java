package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryMeterTest {
  private static final long MIB = 1 << 20;
  private static final Path SHARED = Path.of("/dev/shm");

  /** Fills its memory with what it reads, and holds it until there is a file. */
  private static final String EATER =
      "{ head -c %d /dev/zero; until [ -e '%s' ]; do sleep 0.05; done; } | tail";

  @TempDir private Path directory;

  @AutoClose private final Processes processes = new Processes();

  private static long self() {
    return ProcessHandle.current().pid();
  }

  private static MemoryUse read(MemoryMeter meter) {
    return meter.read().orElseThrow();
  }

  @Test
  void thisProcessIsReadAsItsStatusSays() {
    try (MemoryMeter meter = MemoryMeter.of(self())) {
      ProcessStatus vitals = ProcessStatus.read(self()).orElseThrow();
      MemoryUse use = read(meter);
      assertThat(use.processes()).isPositive();
      assertThat(use.anonymousBytes()).isCloseTo(vitals.anonymousBytes(), within(32 * MIB));
      assertThat(use.residentBytes()).isGreaterThan(use.countedBytes());
      assertThat(meter.quick().orElseThrow()).isCloseTo(use.countedBytes(), within(32 * MIB));
    }
  }

  @Test
  void theQuickReadingSeesAnonymousMemoryGrow() {
    try (MemoryMeter meter = MemoryMeter.of(self());
        Arena arena = Arena.ofConfined()) {
      long before = read(meter).countedBytes();
      arena.allocate(200 * MIB).fill((byte) 1);
      assertThat(meter.quick().orElseThrow()).isGreaterThan(before + 150 * MIB);
      assertThat(read(meter).countedBytes()).isGreaterThan(before + 150 * MIB);
    }
  }

  /** The first file has the name of a segment, the second one has not. */
  @Test
  void sharedMemoryCountsButNotTheSegmentsOfOutlive() throws IOException {
    try (MemoryMeter meter = MemoryMeter.of(self())) {
      MemoryUse before = read(meter);
      checkShared(meter, "outlive-segment-test " + self(), 0);
      checkShared(meter, "test-outlive-segment-" + self(), 64 * MIB);
      assertThat(read(meter).sharedBytes()).isEqualTo(before.sharedBytes());
    }
  }

  private static void checkShared(MemoryMeter meter, String name, long counted) throws IOException {
    MemoryUse before = read(meter);
    try (Arena arena = Arena.ofConfined();
        FileChannel file =
            FileChannel.open(
                SHARED.resolve(name),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE)) {
      MemorySegment mapped = file.map(MapMode.READ_WRITE, 0, 64 * MIB, arena);
      mapped.fill((byte) 1);
      MemoryUse use = read(meter);
      assertThat(use.sharedBytes()).isEqualTo(before.sharedBytes() + 64 * MIB);
      assertThat(use.segmentBytes()).isEqualTo(before.segmentBytes() + 64 * MIB - counted);
      long grown = use.countedBytes() - before.countedBytes();
      assertThat(grown).isBetween(counted - 32 * MIB, counted + 32 * MIB);
      assertThat(meter.quick().orElseThrow() - use.countedBytes()).isBetween(-MIB, 32 * MIB);
    }
  }

  @Test
  void descendantsCountWhereverTheyWent() throws IOException {
    ProcessIdentity worker =
        processes.session(
            "sleep 600 & setsid sleep 600 & (sleep 600 & exec true); sh -c 'setsid sleep 600; :' &"
                + " wait");
    try (MemoryMeter meter = MemoryMeter.of(worker.pid())) {
      // The shell, its child, one in a session of its own, an orphan, a shell and its child.
      Await.until("six processes", () -> read(meter).processes() == 6);
      assertThat(read(meter).countedBytes()).isBetween(1L, 64 * MIB);
      assertThat(meter.quick().orElseThrow()).isBetween(1L, 64 * MIB);
    } finally {
      ProcessTable.OF_THIS_MACHINE
          .descendants(worker.pid())
          .forEach(entry -> ProcessIdentity.of(entry.pid()).ifPresent(processes::track));
    }
  }

  @Test
  void aDescendantsMemoryIsSeenByBothReadings() throws IOException {
    Path enough = directory.resolve("enough");
    ProcessIdentity worker = processes.session(EATER.formatted(100 * MIB, enough) + "; sleep 600");
    try (MemoryMeter meter = MemoryMeter.of(worker.pid())) {
      Await.until("growth", () -> read(meter).countedBytes() > 60 * MIB);
      Files.createFile(enough);
      Await.until("its end", () -> meter.quick().orElseThrow() < 60 * MIB);
    }
  }

  /** Without exec it has its parent's memory, of which nothing was written to. */
  @Test
  void aForkIsNotCountedTwice() throws IOException {
    Path mark = directory.resolve("mark");
    ProcessIdentity worker =
        processes.session(
            "x=$(head -c 40000000 /dev/zero | tr '\\0' x); : > '"
                + mark
                + "'; (while :; do sleep 600; done) & wait");
    try (MemoryMeter meter = MemoryMeter.of(worker.pid())) {
      Await.until("it has its memory", () -> Files.exists(mark));
      Await.until("the fork and its child", () -> read(meter).processes() == 3);
      long once = ProcessStatus.read(worker.pid()).orElseThrow().anonymousBytes();
      assertThat(once).isGreaterThan(39_000_000);
      assertThat(read(meter).countedBytes()).isBetween(once, once + 8 * MIB);
      assertThat(meter.quick().orElseThrow()).isBetween(once, once + 8 * MIB);
    }
  }

  @Test
  void theDeadHaveNoMemory() throws Exception {
    assertThat(MemoryMeter.of(0).read()).isEmpty();
    assertThat(MemoryMeter.of(Integer.MAX_VALUE).quick()).isEmpty();
    Process process = new ProcessBuilder("sleep", "600").start();
    processes.track(process);
    try (MemoryMeter meter = MemoryMeter.of(process.pid())) {
      assertThat(meter.read()).isPresent();
      process.toHandle().destroyForcibly();
      assertThat(process.waitFor()).isEqualTo(137);
      assertThat(meter.quick()).isEmpty();
      assertThat(meter.read()).isEmpty();
    }
  }

  @Test
  void aZombieHasNoMemory() throws IOException {
    ProcessIdentity parent = processes.session("sleep 600 & kill -9 $!; exec sleep 600");
    ProcessGroup group = new ProcessGroup(parent);
    Await.until("a zombie", () -> group.members().stream().anyMatch(ProcessStat::dead));
    long zombie =
        group.members().stream().filter(ProcessStat::dead).findFirst().orElseThrow().pid();
    try (MemoryMeter meter = MemoryMeter.of(zombie);
        MemoryMeter around = MemoryMeter.of(parent.pid())) {
      assertThat(meter.read()).isEmpty();
      assertThat(meter.quick()).isEmpty();
      assertThat(read(around).processes()).isEqualTo(1);
    }
  }

  @Test
  void afterCloseThereAreNoReadingsAndNoDescriptors() throws IOException {
    ProcessIdentity worker = processes.session("sleep 600 & wait");
    MemoryMeter meter = MemoryMeter.of(worker.pid());
    Await.until("two processes", () -> read(meter).processes() == 2);
    String files = "/proc/" + worker.pid() + "/";
    assertThat(OwnProcess.descriptors()).anyMatch(line -> line.contains(files));
    meter.close();
    meter.close();
    assertThat(meter.read()).isEmpty();
    assertThat(meter.quick()).isEmpty();
    assertThat(OwnProcess.descriptors()).noneMatch(line -> line.endsWith("/statm"));
  }

  @Test
  void aLongFileIsReadWhole() throws IOException {
    Path file = Files.createTempFile("long", "");
    Files.writeString(file, "first\n" + "x".repeat(10_000) + "\n");
    try (KeptFile kept = KeptFile.open(file)) {
      assertThat(kept.line()).isEqualTo("first");
      assertThat(kept.text()).hasSize(10_007).endsWith("x\n");
      Files.writeString(file, "second");
      assertThat(kept.line()).isEqualTo("second");
      assertThat(kept.text()).isEqualTo("second");
    } finally {
      Files.delete(file);
    }
  }
}
