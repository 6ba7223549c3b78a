package dev.outlive.internal.pool;

import dev.outlive.task.TaskRecord;
import java.time.Instant;
import java.util.List;

/** A record for outcomes of which it does not matter. */
final class Records {
  static final TaskRecord ANY =
      new TaskRecord(
          "work",
          0,
          1,
          1,
          1,
          Instant.EPOCH,
          null,
          Instant.EPOCH,
          null,
          null,
          TaskRecord.Ending.RETURNED,
          List.of(),
          List.of());

  private Records() {}
}
