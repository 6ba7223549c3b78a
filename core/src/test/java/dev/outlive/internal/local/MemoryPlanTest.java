package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.outlive.internal.diagnosis.Sizes;
import dev.outlive.internal.protocol.HeapUse;
import dev.outlive.spi.WorkerSize;
import dev.outlive.task.Bytes;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On a machine of 8 GiB. Sizes are in MiB; 0: not set. */
final class MemoryPlanTest {
  private static final long MIB = 1 << 20;

  private static MemoryPlan plan(long limit, long maxHeap, String... jvmArgs) {
    return MemoryPlan.of(limits(limit, maxHeap, false), List.of(jvmArgs), 8L << 30);
  }

  private static MemoryLimits limits(long limit, long maxHeap, boolean isolate) {
    return new MemoryLimits(
        Optional.of(maxHeap).filter(size -> size > 0).map(Bytes::ofMebibytes),
        Optional.of(limit).filter(size -> size > 0).map(Bytes::ofMebibytes),
        Optional.empty(),
        isolate);
  }

  private static List<String> options(String words) {
    return words.isEmpty() ? List.of() : List.of(words.split(" ", -1));
  }

  @ParameterizedTest
  @CsvSource({
    // limit, maxHeap, heap, code, metaspace, direct
    "64,      0,       11,   8,    12,        4",
    "100,     0,       45,   8,    12,        6",
    "150,     0,       82,   12,   18,        9",
    "256,     0,       157,  21,   32,        16",
    "512,     0,       343,  42,   64,        32",
    "1024,    0,       713,  85,   128,       64",
    "8192,    0,       7243, 96,   256,       512",
    // what a set heap leaves goes to direct buffers, as far as the JVM would give them
    "512,     128,     128,  42,   64,        128",
    "512,     256,     256,  42,   64,        120",
    "150,     64,      64,   12,   18,        27",
    // and where it leaves little all others have less
    "150,     99,      99,   8,    12,        2",
    "64,      8,       8,    8,    12,        7",
  })
  void the_limit_is_shared_out(
      long limit, long maxHeap, long heap, long code, long metaspace, long direct) {
    assertThat(plan(limit, maxHeap).options())
        .containsExactly(
            "-Xmx" + heap * MIB,
            "-XX:ReservedCodeCacheSize=" + code * MIB,
            "-XX:MaxMetaspaceSize=" + metaspace * MIB,
            "-XX:MaxDirectMemorySize=" + direct * MIB,
            "-Xss" + MIB);
    assertThat(plan(limit, maxHeap).heapBytes()).isEqualTo(heap * MIB);
  }

  @Test
  void all_of_it_fits_whatever_the_limit() {
    for (long limit = 64; limit < 20_000; limit += 7) {
      for (String collector : List.of("-XX:+UseSerialGC", "-XX:+UseG1GC")) {
        long sum = 26 + 1;
        for (String option : plan(limit, 0, collector).options()) {
          sum += Long.parseLong(option.replaceAll("\\A.*?([0-9]+)\\z", "$1")) / MIB;
        }
        assertThat(sum).as("of %d with %s", limit, collector).isBetween(limit * 9 / 10, limit);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-Xmx100m,                       -Xmx",
    "-XX:MaxHeapSize=100m,           -Xmx",
    "-XX:MaxRAMPercentage=1,         -Xmx",
    "-XX:MaxMetaspaceSize=40m,       -XX:MaxMetaspaceSize",
    "-XX:MaxDirectMemorySize=40m,    -XX:MaxDirectMemorySize",
    "-XX:ReservedCodeCacheSize=40m,  -XX:ReservedCodeCacheSize",
    "-Xss4m,                         -Xss",
    "-XX:ThreadStackSize=4096,       -Xss",
  })
  void what_the_user_sets_is_left_alone_and_counts(String option, String ours) {
    assertThat(plan(512, 0, option).options())
        .hasSize(4)
        .noneMatch(other -> other.startsWith(ours));
    if (!ours.equals("-Xmx")) {
      assertThat(plan(512, 0, option).heapBytes()).isNotEqualTo(plan(512, 0).heapBytes());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | 256 | '' | maxHeap 256.0 MiB does not fit into memoryPerWorker 200.0 MiB: beside a"
            + " heap of 256.0 MiB a worker needs 52.0 MiB (its JVM, classes, code, stacks,"
            + " buffers). Raise memoryPerWorker to 308.0 MiB or more, or lower what is set by 108.0"
            + " MiB.",
        "200 | 0 | -Xmx256m | jvmArgs -Xmx256m does not fit into memoryPerWorker 200.0 MiB: beside"
            + " a heap of 256.0 MiB a worker needs 52.0 MiB (its JVM, classes, code, stacks,"
            + " buffers). Raise memoryPerWorker to 308.0 MiB or more, or lower what is set by 108.0"
            + " MiB.",
        "100 | 0 | -XX:MaxMetaspaceSize=64m | jvmArgs -XX:MaxMetaspaceSize=64m does not fit into"
            + " memoryPerWorker 100.0 MiB: with it a worker needs 110.1 MiB. Raise memoryPerWorker"
            + " to 110.1 MiB or more, or lower what is set by 10.1 MiB.",
        "100 | 32 | -XX:MaxDirectMemorySize=64m -ea | maxHeap 32.0 MiB and jvmArgs"
            + " -XX:MaxDirectMemorySize=64m do not fit into memoryPerWorker 100.0 MiB: beside a"
            + " heap of 32.0 MiB a worker needs 112.3 MiB (its JVM, classes, code, stacks,"
            + " buffers). Raise memoryPerWorker to 144.3 MiB or more, or lower what is set by 44.3"
            + " MiB.",
        "100 | 0 | -Xms80m | jvmArgs -Xms80m does not fit into memoryPerWorker 100.0 MiB: with it a"
            + " worker needs 130.6 MiB. Raise memoryPerWorker to 130.6 MiB or more, or lower what"
            + " is set by 30.6 MiB.",
        // of 8 GiB
        "1024 | 0 | -XX:MaxRAMPercentage=50 | jvmArgs -XX:MaxRAMPercentage=50 does not fit into"
            + " memoryPerWorker 1.0 GiB: beside a heap of 4.0 GiB a worker needs 82.0 MiB (its JVM,"
            + " classes, code, stacks, buffers). Raise memoryPerWorker to 4.1 GiB or more, or lower"
            + " what is set by 3.1 GiB.",
      })
  void what_does_not_fit_is_refused_with_both_numbers(
      long limit, long maxHeap, String jvmArgs, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan(limit, maxHeap, options(jvmArgs).toArray(String[]::new)))
        .withMessage(message);
  }

  @Test
  void a_worker_in_a_group_of_its_own_finds_only_its_limit() {
    MemoryPlan plan =
        MemoryPlan.of(limits(1024, 0, true), List.of("-XX:MaxRAMPercentage=50"), 8L << 30);
    assertThat(plan.heapBytes()).isEqualTo(512 * MIB);
  }

  @ParameterizedTest
  @CsvSource({
    // maxHeap, jvmArgs,              heap, options
    "64,        '',                   64,   -Xmx67108864",
    "0,         -Xmx100m,             100,  ''",
    "0,         -XX:MaxRAMPercentage=10, 819, ''",
    "0,         '',                   2048, ''",
  })
  void without_a_limit_nothing_is_shared_out(
      long maxHeap, String jvmArgs, long heap, String options) {
    MemoryPlan plan = plan(0, maxHeap, options(jvmArgs).toArray(String[]::new));
    assertThat(plan.heapBytes() / MIB).isEqualTo(heap);
    assertThat(plan.options()).isEqualTo(options(options));
  }

  @Test
  void a_machine_of_unknown_size_has_workers_with_heaps_of_unknown_size() {
    assertThat(MemoryPlan.of(MemoryLimits.NONE, List.of(), 0).heapBytes()).isZero();
  }

  @Test
  void a_worker_with_more_memory_has_the_options_for_it() {
    MemoryPlan usual = plan(256, 0);
    assertThat(usual.resized(WorkerSize.USUAL)).isSameAs(usual);
    assertThat(usual.optionsBeside(usual)).isEmpty();
    MemoryPlan more = usual.resized(new WorkerSize(0, 512 * MIB));
    assertThat(more.limitBytes()).isEqualTo(512 * MIB);
    assertThat(more.optionsBeside(usual))
        .containsExactly(
            "-Xmx" + 343 * MIB,
            "-XX:ReservedCodeCacheSize=" + 42 * MIB,
            "-XX:MaxMetaspaceSize=" + 64 * MIB,
            "-XX:MaxDirectMemorySize=" + 32 * MIB);
    MemoryPlan both = usual.resized(new WorkerSize(100 * MIB, 512 * MIB));
    assertThat(both.optionsBeside(usual)).contains("-Xmx" + 100 * MIB);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Xmx100m", "-XX:MaxRAMPercentage=3", "-XX:MaxHeapSize=100m", "-ea"})
  void a_worker_with_a_larger_heap_has_it_whatever_the_settings_say(String option) {
    MemoryPlan usual = plan(0, 0, option);
    assertThat(usual.resized(new WorkerSize(200 * MIB, 0)).optionsBeside(usual))
        .containsExactly("-Xmx" + 200 * MIB);
    MemoryPlan limited = plan(512, 0, option);
    assertThat(limited.resized(new WorkerSize(200 * MIB, 0)).optionsBeside(limited))
        .contains("-Xmx" + 200 * MIB);
  }

  @Test
  void one_worker_s_size_is_never_refused() {
    MemoryPlan plan = plan(100, 0).resized(new WorkerSize(200 * MIB, 0));
    assertThat(plan.options())
        .contains("-Xmx" + 200 * MIB, "-XX:MaxMetaspaceSize=" + 12 * MIB, "-Xss" + MIB);
    assertThat(plan.limitBytes()).isEqualTo(100 * MIB);
  }

  @Test
  void what_can_run_out_is_known_as_far_as_it_was_set() {
    HeapUse told = new HeapUse(1, 2, 99 * MIB);
    assertThat(plan(0, 64).sizes(told)).isEqualTo(new Sizes(64 * MIB, 0, 0));
    assertThat(plan(0, 0, "-XX:MaxDirectMemorySize=16m").sizes(told))
        .isEqualTo(new Sizes(99 * MIB, 0, 16 * MIB));
    assertThat(plan(256, 0).sizes(told)).isEqualTo(new Sizes(157 * MIB, 32 * MIB, 16 * MIB));
  }
}
