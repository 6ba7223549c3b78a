package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outlive.ProcessPool;
import dev.outlive.ProcessPoolBuilder;
import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.WorkerDiedException;
import dev.outlive.os.Segments;
import dev.outlive.task.Bytes;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.Exhaust;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of tasks that hold too much, by real means. Budget: 30 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 90, threadMode = ThreadMode.SEPARATE_THREAD)
class MemoryLimitTest {
  private static final long MIB = 1 << 20;
  private static final int PAGE = 4096;

  @TempDir private Path scratch;

  private static ProcessPoolBuilder builder(int memoryPerWorker) {
    return ProcessPool.builder()
        .name("limit")
        .workers(1)
        .memoryPerWorker(Bytes.ofMebibytes(memoryPerWorker));
  }

  private static Diagnosis death(TaskFuture<?> culprit) throws Exception {
    Throwable error = Await.failure(culprit);
    assertThat(error).isInstanceOf(WorkerDiedException.class);
    return ((WorkerDiedException) error).diagnosis();
  }

  /** The promise: with 200 MB/s and a limit of 150 MB it is dead before it holds 190 MB. */
  @Test
  void growthOffTheHeapIsEndedInTimeAndCostsNobodyElse() throws Exception {
    String over = scratch.resolve("over").toString();
    try (ProcessPool pool = builder(150).workers(2).build()) {
      TaskFuture<Integer> innocent =
          pool.submit(
              () -> {
                Await.sign(Path.of(over));
                return 7;
              });
      Diagnosis diagnosis = death(pool.submit(() -> Exhaust.nativeMemory(new Bytes(200_000_000))));
      Await.leaveSign(over);
      assertThat(Await.result(innocent)).isEqualTo(7);
      assertThat(diagnosis.cause()).isEqualTo(Cause.MEMORY_LIMIT);
      assertThat(diagnosis.certainty()).isEqualTo(Certainty.PROVEN);
      assertThat(diagnosis.summary())
          .contains("was killed by its pool: it held 1", ", its limit is 150.0 MiB (heap about ")
          .contains(" native)");
      assertThat(diagnosis.advice()).contains("memoryPerWorker", "not Java heap");
      List<Diagnosis.MemorySample> curve = diagnosis.memorySamples();
      assertThat(curve).hasSizeBetween(3, 33);
      assertThat(curve.getLast().residentBytes()).isBetween(150 * MIB, 190 * MIB);
      assertThat(curve).isSortedAccordingTo((a, b) -> b.beforeDeath().compareTo(a.beforeDeath()));
      assertThat(pool.killedTasks()).hasSize(1);
    }
  }

  @Test
  void whatATaskHasStartedCounts() throws Exception {
    try (ProcessPool pool = builder(150).build()) {
      // tail keeps a line until it ends
      Diagnosis diagnosis =
          death(
              pool.submit(
                  () ->
                      new ProcessBuilder("sh", "-c", "tail -n 1 /dev/zero > /dev/null")
                          .start()
                          .waitFor()));
      assertThat(diagnosis.cause()).isEqualTo(Cause.MEMORY_LIMIT);
      assertThat(diagnosis.summary()).contains("native or of what it had started");
      assertThat(diagnosis.evidence().toString()).containsPattern("in [23] processes");
      assertThat(diagnosis.advice()).contains("What its task started counts too");
      assertThat(pool.call(() -> 7)).isEqualTo(7);
    }
  }

  @Test
  void aSharedSegmentIsReadByWorkersWithALowerLimitAndOtherSharedMemoryCounts() throws Exception {
    assumeTrue(Files.isWritable(Path.of("/dev/shm")), "no shared memory here");
    int mebibytes = 512;
    String test = "TEST-" + ProcessHandle.current().pid();
    Path segment = Path.of("/dev/shm", Segments.PREFIX + "-" + test);
    Path other = Path.of("/dev/shm", "outlive-other-" + test);
    try (ProcessPool pool = builder(256).build()) {
      fill(segment, mebibytes);
      String path = segment.toString();
      long pid = pool.call(() -> touch(path));
      assertThat(pool.call(() -> ProcessHandle.current().pid())).as("it lives").isEqualTo(pid);
    } finally {
      Files.move(segment, other);
    }
    try (ProcessPool pool = builder(256).build()) {
      String path = other.toString();
      Diagnosis diagnosis = death(pool.submit(() -> touch(path)));
      assertThat(diagnosis.cause()).isEqualTo(Cause.MEMORY_LIMIT);
    } finally {
      Files.delete(other);
    }
  }

  private static void fill(Path file, int mebibytes) throws IOException {
    byte[] block = new byte[1 << 20];
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
      for (int i = 0; i < mebibytes; i++) {
        out.write(block);
      }
    }
  }

  /** Reads a byte of each page, for as long as it takes to be looked at, and returns its pid. */
  static long touch(String file) throws IOException, InterruptedException {
    try (FileChannel channel = FileChannel.open(Path.of(file))) {
      MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      long sum = 0;
      long end = System.nanoTime() + 2_500_000_000L;
      while (System.nanoTime() < end) {
        for (int i = 0; i < mapped.limit(); i += PAGE) {
          sum += mapped.get(i);
        }
        Thread.sleep(50);
      }
      if (sum != 0) {
        throw new IOException("not a file of zeros");
      }
    }
    return ProcessHandle.current().pid();
  }

  @Test
  void theHeapFollowsTheLimitAndIsFullBeforeIt() throws Exception {
    for (int limit : new int[] {64, 100, 200}) {
      try (ProcessPool pool = builder(limit).build()) {
        long heap = pool.call(() -> Runtime.getRuntime().maxMemory());
        assertThat(heap).isBetween(8 * MIB, limit * MIB - 40 * MIB);
        Diagnosis diagnosis = death(pool.submit(() -> Exhaust.heap()));
        assertThat(diagnosis.cause()).isEqualTo(Cause.HEAP_OOM);
        assertThat(diagnosis.summary())
            .containsPattern("ran out of Java heap \\(limit [0-9.]+ MiB");
      }
    }
  }

  @Test
  void soDoMetaspaceAndDirectMemory() throws Exception {
    try (ProcessPool pool = builder(100).build()) {
      Diagnosis metaspace = death(pool.submit(() -> Exhaust.metaspace()));
      assertThat(metaspace.cause()).isEqualTo(Cause.METASPACE_OOM);
      assertThat(metaspace.summary()).contains("(limit 12.0 MiB)");
      Diagnosis direct = death(pool.submit(() -> Exhaust.directMemory()));
      assertThat(direct.cause()).isEqualTo(Cause.DIRECT_MEMORY_OOM);
      assertThat(direct.summary()).contains("(limit 6.0 MiB)");
    }
  }

  /** The least that may be set is enough for work, and for the compilers. */
  @Test
  void theSmallestWorkerWorks() throws Exception {
    try (ProcessPool pool = builder(64).build()) {
      assertThat(pool.call(() -> 7)).isEqualTo(7);
      assertThat(pool.map(n -> n * n, List.of(1, 2, 3))).containsExactly(1, 4, 9);
      assertThat(pool.call(() -> words())).isPositive();
      assertThat(pool.killedTasks()).isEmpty();
    }
  }

  static long words() {
    long end = System.nanoTime() + 2_000_000_000L;
    long count = 0;
    for (int i = 0; System.nanoTime() < end; i++) {
      String text = String.format("%d %s %x", i, "word".repeat(i % 20), i);
      count += text.split("[ o]", -1).length + List.of(i, 2, 1).stream().sorted().toList().size();
    }
    return count;
  }

  @Test
  void theKernelIsToTakeWorkersFirst() throws Exception {
    try (ProcessPool pool = builder(100).build()) {
      String score = pool.call(() -> Files.readString(Path.of("/proc/self/oom_score_adj")));
      assertThat(score.strip()).isEqualTo("1000");
    }
  }
}
