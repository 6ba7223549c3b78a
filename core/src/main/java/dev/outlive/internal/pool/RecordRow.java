package dev.outlive.internal.pool;

import dev.outlive.task.TaskRecord;
import dev.outlive.task.TaskRecord.Ending;
import java.time.Instant;
import java.util.List;

/**
 * The records of items in a row that returned, each made when somebody asks for it. Refers to
 * nothing of the user's.
 *
 * @param from the index of the first
 * @param count how many there are
 * @param attempts how many attempts each took
 * @param ended when their results had come
 */
record RecordRow(
    String name,
    Instant submitted,
    int from,
    int count,
    int attempts,
    Attempt attempt,
    Instant ended) {
  TaskRecord record(int item) {
    return new TaskRecord(
        name,
        item,
        attempts,
        attempt.worker(),
        attempt.pid(),
        submitted,
        attempt.ranNanos() < 0 ? null : ended.minusNanos(attempt.ranNanos()),
        ended,
        attempt.cpuTime(),
        attempt.peakMemory(),
        Ending.RETURNED,
        List.of(),
        List.of());
  }
}
