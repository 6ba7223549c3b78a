package dev.outlive.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.monitor.PoolEvent;
import dev.outlive.task.TaskRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryNewsTest {
  private static final long MEBI = 1L << 20;

  private final List<String> lines = new ArrayList<>();
  private final MemoryNews news = new MemoryNews("F::f on ", lines::add);

  @Test
  void aTaskIsToldByItsInput() {
    news.on(new PoolEvent.TaskSubmitted(7, "F::f on a on b", 1));
    news.on(new PoolEvent.TaskWaitsForMemory(7, 0, 2, 300 * MEBI, 200 * MEBI));
    assertThat(lines)
        .containsExactly(
            "a on b: attempt 2 waits for memory: it needs 300.0 MiB, free are 200.0 MiB");
  }

  @Test
  void oneWhoseWaitIsOverIsTold() {
    news.on(new PoolEvent.TaskSubmitted(7, "F::f on a", 1));
    news.on(new PoolEvent.TaskWaitsForMemory(7, 0, 2, 300 * MEBI, 200 * MEBI));
    news.on(ended(7, TaskRecord.Ending.DIED));
    assertThat(lines).last().isEqualTo("a: waited in vain for 300.0 MiB of memory");
  }

  @Test
  void oneThatBeganAfterItsWaitOrWasCancelledIsNot() {
    news.on(new PoolEvent.TaskWaitsForMemory(7, 0, 2, 300 * MEBI, 200 * MEBI));
    news.on(new PoolEvent.TaskStarted(7, 0, 2, 1));
    news.on(ended(7, TaskRecord.Ending.DIED));
    news.on(new PoolEvent.TaskWaitsForMemory(8, 0, 2, 300 * MEBI, 200 * MEBI));
    news.on(ended(8, TaskRecord.Ending.CANCELLED));
    assertThat(lines).hasSize(2).allMatch(line -> line.contains("waits for memory"));
  }

  private static PoolEvent ended(long task, TaskRecord.Ending ending) {
    Instant now = Instant.EPOCH;
    return new PoolEvent.TaskEnded(
        task,
        new TaskRecord(
            "F::f on a", 0, 1, 1, 4711, now, now, now, null, null, ending, List.of(), List.of()));
  }

  @Test
  void oneThatIsTakenBackIsToldWithTheReasonAndThatItIsNotCharged() {
    news.on(new PoolEvent.TaskSubmitted(7, "F::f on a", 1));
    news.on(new PoolEvent.TaskPreempted(7, 0, 1, 3, 40 * MEBI, 51 * MEBI));
    assertThat(lines)
        .containsExactly(
            "a: taken back for want of memory, since 40.0 MiB were free and 51.0 MiB should be; it"
                + " begins again later, and this attempt does not count");
  }

  @Test
  void oneWhoseNameWasLostIsToldByItsNumber() {
    news.on(new PoolEvent.TaskWaitsForMemory(7, 0, 2, MEBI, 0));
    assertThat(lines).first().asString().startsWith("task 7: attempt 2 waits");
  }

  @Test
  void lowMemoryIsToldWithItsPlaceAndWhatFollows() {
    String group = "control group /kubepods/x";
    news.on(new PoolEvent.MemoryLow(100 * MEBI, 205 * MEBI, 2048 * MEBI, 0, group));
    news.on(new PoolEvent.MemoryLow(100 * MEBI, 205 * MEBI, 2048 * MEBI, 12.4, group));
    news.on(new PoolEvent.MemoryBack(300 * MEBI, 205 * MEBI, group));
    assertThat(lines)
        .containsExactly(
            "memory is short: free are 100.0 MiB of 2.0 GiB (control group /kubepods/x); until"
                + " 205.0 MiB are, no input begins beside another",
            "memory is short: free are 100.0 MiB of 2.0 GiB (control group /kubepods/x), and"
                + " everything stood still for 12 % of the last ten seconds; until 205.0 MiB are,"
                + " no input begins beside another",
            "there is memory again: free are 300.0 MiB (control group /kubepods/x)");
  }

  @Test
  void whatIsNotAboutMemoryIsNoNews() {
    news.on(new PoolEvent.WorkerReady(1, 4711));
    news.on(new PoolEvent.TaskSubmitted(7, "F::f on a", 1));
    assertThat(lines).isEmpty();
  }
}
