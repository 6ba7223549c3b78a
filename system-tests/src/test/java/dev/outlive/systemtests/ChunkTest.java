package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.failure.Cause;
import dev.outlive.monitor.KilledTask;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.MapOptions;
import dev.outlive.task.Task;
import dev.outlive.task.TaskContext;
import dev.outlive.task.TaskFuture;
import dev.outlive.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What travels together is not lost together. Budget: 8 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ChunkTest {
  private static final int CULPRIT = 6;
  private static final int CHUNK = 10;

  /** Enough for the first item of a worker that has just started, on a busy machine too. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private static final List<Integer> INPUTS = IntStream.range(0, 2 * CHUNK).boxed().toList();
  private static final MapOptions CHUNKS = MapOptions.named("chunked").withChunk(CHUNK);

  @TempDir Path directory;

  /** Notes in a file that it has begun, and on which attempt, before it does anything else. */
  static void note(String file, int input) throws IOException {
    Files.writeString(
        Path.of(file),
        input + " " + TaskContext.current().attempt() + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** The attempts that each input has begun, as the workers have noted them. */
  private static Map<Integer, List<Integer>> begun(Path file) throws IOException {
    Map<Integer, List<Integer>> attempts = new HashMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] words = line.split(" ");
      attempts
          .computeIfAbsent(Integer.valueOf(words[0]), input -> new ArrayList<>())
          .add(Integer.valueOf(words[1]));
    }
    return attempts;
  }

  @Test
  void finishedItemsAreKeptTheRunningOneIsBlamedAndTheRestGoesElsewhere() throws Exception {
    Path notes = directory.resolve("notes");
    String file = notes.toString();
    try (ProcessPool pool =
        ProcessPool.builder().name("chunk").workers(1).onCrash(FailurePolicy.SKIP).build()) {
      List<Integer> results =
          pool.map(
              n -> {
                note(file, n);
                if (n == CULPRIT) {
                  Runtime.getRuntime().halt(1);
                }
                return n;
              },
              INPUTS,
              CHUNKS);

      for (int input : INPUTS) {
        assertThat(results.get(input)).isEqualTo(input == CULPRIT ? null : (Integer) input);
        assertThat(begun(notes)).containsEntry(input, List.of(1));
      }
      assertThat(pool.killedTasks()).extracting(KilledTask::index).containsExactly(CULPRIT);
      assertThat(pool.snapshot().deaths()).isEqualTo(1);
    }
  }

  @Test
  void onlyTheCulpritIsTriedAgain() throws Exception {
    Path notes = directory.resolve("notes");
    String file = notes.toString();
    try (ProcessPool pool =
        ProcessPool.builder()
            .name("chunk")
            .workers(2)
            .retry(RetryPolicy.onCrash().attempts(3))
            .build()) {
      List<Integer> results =
          pool.map(
              n -> {
                note(file, n);
                if (n == CULPRIT && TaskContext.current().attempt() < 3) {
                  Runtime.getRuntime().halt(1);
                }
                return n;
              },
              INPUTS,
              CHUNKS);

      assertThat(results).isEqualTo(INPUTS);
      Map<Integer, List<Integer>> begun = begun(notes);
      assertThat(begun.remove(CULPRIT)).containsExactly(1, 2, 3);
      assertThat(begun).hasSize(INPUTS.size() - 1);
      assertThat(begun.values()).containsOnly(List.of(1));
    }
  }

  @Test
  void aTimeLimitHoldsForEachItemOfAChunkAndCostsTheLateOneAlone() throws Exception {
    Path notes = directory.resolve("notes");
    String file = notes.toString();
    try (ProcessPool pool =
        ProcessPool.builder().name("chunk").workers(1).onTimeout(FailurePolicy.SKIP).build()) {
      List<Integer> results =
          pool.map(
              n -> {
                note(file, n);
                if (n == CULPRIT) {
                  Thread.sleep(Duration.ofMinutes(5));
                }
                if (n >= CHUNK) {
                  Thread.sleep(LIMIT.dividedBy(CHUNK - 1));
                }
                return n;
              },
              INPUTS,
              CHUNKS.withTimeout(LIMIT));

      assertThat(results).hasSize(INPUTS.size()).containsOnlyOnce((Integer) null);
      assertThat(results.get(CULPRIT)).isNull();
      assertThat(begun(notes)).hasSize(INPUTS.size());
      assertThat(begun(notes).values()).containsOnly(List.of(1));
      assertThat(pool.killedTasks())
          .extracting(killed -> killed.diagnosis().cause())
          .containsExactly(Cause.TIMEOUT);
    }
  }

  /** The very first item runs by itself, those after it in a row. */
  @Test
  void anInterruptOfItsOwnThreadEndsWithItsItem() throws Exception {
    try (ProcessPool pool = ProcessPool.builder().name("chunk").workers(1).build()) {
      List<Integer> results =
          pool.map(
              n -> {
                if (n % 2 == 0) {
                  Thread.currentThread().interrupt();
                } else {
                  Thread.sleep(1);
                }
                return n;
              },
              INPUTS,
              CHUNKS);

      assertThat(results).isEqualTo(INPUTS);
    }
  }

  @Test
  void anExceptionEndsItsItemAndNotItsChunk() throws Exception {
    try (ProcessPool pool =
        ProcessPool.builder().name("chunk").workers(1).onException(FailurePolicy.SKIP).build()) {
      List<Integer> results = pool.map(n -> 12 / (n - CULPRIT), INPUTS, CHUNKS);

      assertThat(results.get(CULPRIT)).isNull();
      assertThat(results.get(CULPRIT + 1)).isEqualTo(12);
      assertThat(results).containsOnlyOnce((Integer) null);
      assertThat(pool.snapshot().deaths()).isZero();
    }
  }

  @Test
  void whatWasAtHandAtADeadWorkerGoesElsewhereUncharged() throws Exception {
    String begun = directory.resolve("begun").toString();
    try (ProcessPool pool = ProcessPool.builder().name("chunk").workers(1).build()) {
      TaskFuture<Integer> culprit =
          pool.submit(
              () -> {
                Await.leaveSign(begun);
                Thread.sleep(Duration.ofMinutes(5));
                return 0;
              });
      Await.sign(Path.of(begun));
      List<TaskFuture<Integer>> behind = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        behind.add(pool.submit(() -> TaskContext.current().attempt()));
      }
      assertThat(pool.snapshot().running()).as("one runs, one is at hand").isEqualTo(1);
      assertThat(pool.snapshot().queued()).isEqualTo(4);
      Await.busyWorker(pool).destroyForcibly();

      assertThat(Await.failure(culprit)).hasMessageContaining("SIGKILL");
      for (TaskFuture<Integer> future : behind) {
        assertThat(Await.result(future)).isEqualTo(1);
        assertThat(future.outcome().record().attempts()).isEqualTo(1);
        assertThat(future.outcome().record().lost()).isEmpty();
      }
      assertThat(pool.killedTasks()).hasSize(1);
    }
  }

  @Test
  void whatIsAtHandBehindALongTaskGoesBeforeWhatCameLater() throws Exception {
    Path second = directory.resolve("second");
    Task<Integer> endless =
        () -> {
          Thread.sleep(Duration.ofMinutes(5));
          return 0;
        };
    Task<Integer> leavesSign = ChunkTest.leavesSign(second.toString());
    try (ProcessPool pool = ProcessPool.builder().name("chunk").workers(2).build()) {
      pool.submitAll(List.of(endless, leavesSign, endless, endless));
      Await.sign(second);
      pool.shutdownNow();
    }
  }

  private static Task<Integer> leavesSign(String file) {
    return () -> {
      Await.leaveSign(file);
      return 1;
    };
  }
}
