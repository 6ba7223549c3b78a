package dev.outlive.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.failure.Cause;
import dev.outlive.policy.RetryPolicy;
import dev.outlive.task.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryRetryTest {
  private static final Bytes SMALL = Bytes.ofMebibytes(512);
  private static final Bytes LARGE = Bytes.ofGibibytes(3);
  private static final MemoryRetry RETRY = new MemoryRetry(3, Bytes.ofGibibytes(8).count());

  @Test
  void theMostIsFourTimesTheMemoryOfTheFirstAttempt() {
    assertThat(RETRY.mostBytes(new Job.Limits(null, LARGE, SMALL)))
        .isEqualTo(Bytes.ofGibibytes(2).count());
  }

  @Test
  void withoutThatItIsFourTimesTheHeapOrWhatTheJvmWouldTake() {
    assertThat(RETRY.mostBytes(new Job.Limits(null, SMALL, null)))
        .isEqualTo(Bytes.ofGibibytes(2).count());
    assertThat(RETRY.mostBytes(new Job.Limits(null, null, null)))
        .isEqualTo(Bytes.ofGibibytes(8).count());
  }

  @Test
  void theMostIsNeverMoreThanThereIs() {
    assertThat(RETRY.mostBytes(new Job.Limits(null, null, LARGE)))
        .isEqualTo(Bytes.ofGibibytes(8).count());
    assertThat(new MemoryRetry(3, Long.MAX_VALUE).mostBytes(new Job.Limits(null, null, LARGE)))
        .isEqualTo(Bytes.ofGibibytes(12).count());
    assertThat(MemoryRetry.here(3).totalBytes()).isPositive();
  }

  @Test
  void deathsForWantOfMemoryAreCountedByThemselvesAndAttemptsGrow() {
    Job.Limits limits = new Job.Limits(null, null, SMALL);
    RetryPolicy[] policies = new Job.Retries(1, RETRY).policies(limits);
    assertThat(policies).hasSize(2);
    RetryPolicy memory = policies[0];
    assertThat(memory.covers(Cause.MEMORY_LIMIT, List.of())).isTrue();
    assertThat(memory.covers(Cause.EXIT, List.of())).isFalse();
    assertThat(memory.attempts()).isEqualTo(3);
    assertThat(memory.memoryWait()).contains(MemoryRetry.LONGEST_WAIT);
    assertThat(memory.runsAlone()).isTrue();
    assertThat(memory.moreThan(SMALL.count())).isEqualTo(Bytes.ofGibibytes(1).count());
    assertThat(memory.moreThan(Bytes.ofGibibytes(2).count()))
        .isEqualTo(Bytes.ofGibibytes(2).count());
    assertThat(policies[1].attempts()).isEqualTo(2);
  }

  @Test
  void withoutItSuchADeathIsACrashLikeOthers() {
    Job.Limits limits = new Job.Limits(null, null, SMALL);
    assertThat(new Job.Retries(1, null).policies(limits))
        .singleElement()
        .matches(policy -> policy.covers(Cause.MEMORY_LIMIT, List.of()));
    assertThat(Job.Retries.NONE.policies(limits)).isEmpty();
  }
}
