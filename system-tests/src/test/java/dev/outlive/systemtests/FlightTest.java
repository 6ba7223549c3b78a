package dev.outlive.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.ProcessPool;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.MapOptions;
import dev.outlive.task.TaskOptions;
import dev.outlive.testkit.Crash;
import dev.outlive.testkit.NoLeaks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the flight recorder sees of a pool. Budget: 5 s. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class FlightTest {
  private static final int INPUTS = 40;

  @TempDir Path directory;

  @Test
  void a_recording_has_one_event_for_each_input_and_one_for_each_death() throws Exception {
    Path file = directory.resolve("pool.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("outlive.Task");
      recording.enable("outlive.WorkerDeath");
      recording.start();
      runAll();
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> all = RecordingFile.readAllEvents(file);
    List<RecordedEvent> run =
        all.stream().filter(e -> e.getEventType().getName().equals("outlive.Task")).toList();
    assertThat(run.stream().filter(e -> e.getString("taskName").equals("squares")))
        .extracting(e -> e.getInt("index"))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, INPUTS).boxed().toList());
    RecordedEvent killed = only(run, "killed");
    assertThat(killed.getString("outcome")).isEqualTo("DIED");
    assertThat(killed.getString("cause")).isEqualTo("SIGKILL");
    assertThat(killed.getInt("attempts")).isEqualTo(2);
    RecordedEvent slept = only(run, "sleeper");
    assertThat(slept.getString("outcome")).isEqualTo("RETURNED");
    assertThat(slept.getString("pool")).isEqualTo("flight");
    assertThat(slept.getInt("worker")).isPositive();
    assertThat(slept.getLong("pid")).isPositive();
    assertThat(slept.getDuration()).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    assertThat(run).hasSize(INPUTS + 2);

    List<RecordedEvent> deaths =
        all.stream().filter(e -> e.getEventType().getName().equals("outlive.WorkerDeath")).toList();
    assertThat(deaths.stream().filter(e -> !e.getBoolean("asked")))
        .hasSize(2)
        .allSatisfy(e -> assertThat(e.getString("cause")).isEqualTo("SIGKILL"))
        .allSatisfy(e -> assertThat(e.getString("summary")).contains("SIGKILL"));
    assertThat(deaths).extracting(e -> e.getInt("worker")).doesNotHaveDuplicates().hasSize(3);
  }

  private static RecordedEvent only(List<RecordedEvent> events, String name) {
    List<RecordedEvent> found =
        events.stream().filter(e -> e.getString("taskName").equals(name)).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  /** Two workers are killed, a third does the rest and is asked to leave. */
  private static void runAll() throws Exception {
    try (ProcessPool pool =
        ProcessPool.builder()
            .name("flight")
            .workers(1)
            .jvmArgs(Await.QUICK_START)
            .onCrash(FailurePolicy.FAIL)
            .retry(RetryPolicy.onCrash().attempts(2))
            .build()) {
      Await.failure(pool.submit(Crash::sigkill, TaskOptions.named("killed")));
      pool.map(
          n -> n * n,
          IntStream.range(0, INPUTS).boxed().toList(),
          MapOptions.named("squares").withChunk(7));
      pool.submit(() -> Thread.sleep(300), TaskOptions.named("sleeper")).get();
      pool.shutdown();
    }
  }
}
