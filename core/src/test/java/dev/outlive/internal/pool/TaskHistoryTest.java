package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.failure.Cause;
import dev.outlive.failure.Certainty;
import dev.outlive.failure.Diagnosis;
import dev.outlive.task.TaskRecord;
import dev.outlive.task.TaskRecord.Ending;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The last records are kept, in their order, and no more of them. */
final class TaskHistoryTest {
  private static TaskRecord record(int index, Diagnosis... lost) {
    return new TaskRecord(
        "work",
        index,
        1,
        3,
        4711,
        Instant.EPOCH,
        null,
        Instant.EPOCH,
        null,
        null,
        Ending.DIED,
        List.of(lost),
        List.of());
  }

  @Test
  void the_last_are_kept_the_oldest_first() {
    TaskHistory history = new TaskHistory(3);
    for (int i = 0; i < 5; i++) {
      history.add(record(i));
    }
    assertThat(history.list()).extracting(TaskRecord::index).containsExactly(2, 3, 4);
  }

  @Test
  void none_is_kept_where_none_is_wanted() {
    TaskHistory history = new TaskHistory(0);
    history.add(record(1));
    assertThat(history.list()).isEmpty();
  }

  @Test
  void a_diagnosis_is_kept_without_its_stacks_and_output() {
    TaskHistory history = new TaskHistory(1);
    history.add(
        record(
            1,
            Diagnosis.of(Cause.SIGKILL, Certainty.PROVEN, 3)
                .pid(4711)
                .exitValue(137)
                .signal("SIGKILL")
                .summary("it was killed")
                .advice("Ask who did.")
                .evidence("exit", "137")
                .stderrTail("much")
                .stacks("more")
                .build()));
    Diagnosis kept = history.list().getFirst().lost().getFirst();
    assertThat(kept.summary()).isEqualTo("it was killed");
    assertThat(kept.advice()).isEqualTo("Ask who did.");
    assertThat(kept.pid()).hasValue(4711);
    assertThat(kept.exitValue()).hasValue(137);
    assertThat(kept.signal()).hasValue("SIGKILL");
    assertThat(kept.evidence()).hasSize(1);
    assertThat(kept.stderrTail()).isEmpty();
    assertThat(kept.stacks()).isEmpty();
  }
}
