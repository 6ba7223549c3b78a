package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.task.Bytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a machine of 4 GiB. Sizes are in MiB; 0: not set. */
final class OvercommitTest {
  private static final MachineMemory MACHINE = new MachineMemory(4L << 30, "the machine", "");

  private static Optional<String> of(
      MachineMemory machine, int workers, long limit, long maxHeap, String... jvmArgs) {
    MemoryLimits limits =
        new MemoryLimits(
            Optional.of(maxHeap).filter(size -> size > 0).map(Bytes::ofMebibytes),
            Optional.of(limit).filter(size -> size > 0).map(Bytes::ofMebibytes),
            Optional.empty(),
            false);
    LocalSettings settings =
        new LocalSettings(
            "test",
            workers,
            Path.of("/jdk"),
            limits,
            false,
            List.of(jvmArgs),
            List.of(),
            Map.of(),
            Optional.empty(),
            1 << 20,
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            false,
            false,
            true);
    return Overcommit.of(
        settings, MemoryPlan.of(limits, List.of(jvmArgs), machine.totalBytes()), machine);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "8 | 1024 | 0    | 8 workers of 1.0 GiB each may hold 8.0 GiB together, more than the 4.0"
            + " GiB of the machine: if they do, the kernel's out-of-memory killer chooses. Lower"
            + " workers to 4, or memoryPerWorker to 512.0 MiB.",
        "1 | 5120 | 0    | 1 worker of 5.0 GiB may hold more than the 4.0 GiB of the machine: if"
            + " they do, the kernel's out-of-memory killer chooses. Lower memoryPerWorker to 4.0"
            + " GiB.",
        "3 | 0    | 2048 | 3 workers of 2.0 GiB heap each may hold 6.0 GiB together, more than the"
            + " 4.0 GiB of the machine: if they do, the kernel's out-of-memory killer chooses."
            + " Lower workers to 2, or the heap to 1.3 GiB, and set memoryPerWorker: a JVM holds"
            + " more than its heap.",
      })
  void what_may_be_held_and_what_there_is_are_told_with_what_would_do(
      int workers, long limit, long maxHeap, String words) {
    assertThat(of(MACHINE, workers, limit, maxHeap)).hasValue(words);
  }

  @Test
  void workers_that_fit_are_not_told() {
    assertThat(of(MACHINE, 4, 1024, 0)).isEmpty();
    assertThat(of(MACHINE, 2, 0, 2048)).isEmpty();
    assertThat(of(MACHINE, 1024, 0, 0)).as("nothing was set").isEmpty();
    assertThat(of(new MachineMemory(0, "", ""), 8, 1024, 0)).as("nothing is known").isEmpty();
  }

  @Test
  void a_heap_in_jvmArgs_counts_and_so_does_the_container() {
    MachineMemory container = new MachineMemory(1L << 30, "control group /a", "");
    assertThat(of(container, 2, 0, 0, "-Xmx768m").orElseThrow())
        .contains("2 workers of 768.0 MiB heap each")
        .contains("more than the 1.0 GiB of control group /a");
  }

  @Test
  void a_container_that_dies_as_one_is_named() {
    assertThat(Overcommit.killedAsOne(MACHINE)).isEmpty();
    assertThat(
            Overcommit.killedAsOne(new MachineMemory(1L << 30, "control group /a/b", "/a/b"))
                .orElseThrow())
        .contains(
            "/a/b, or one around it, has memory.oom.group=1", "1.0 GiB in control group /a/b");
  }

  @Test
  void this_machine_has_a_size() {
    assertThat(MachineMemory.here().totalBytes()).isGreaterThan(64 << 20);
    assertThat(MachineMemory.here().place()).matches("the machine|control group /.*");
  }
}
