package dev.outlive.internal.pool;

import dev.outlive.failure.Diagnosis;
import dev.outlive.failure.Evidence;
import dev.outlive.task.TaskRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The records of the last tasks and inputs that have ended. Keeps diagnoses in brief, since the
 * stacks and the output of ten thousand dead workers would fill a heap. Safe for use by many
 * threads.
 */
final class TaskHistory {
  private final int most;
  private final Deque<Object> last = new ArrayDeque<>(); // records and rows; guarded by this
  private int count; // guarded by this

  TaskHistory(int most) {
    this.most = most;
  }

  void add(TaskRecord record) {
    if (most > 0) {
      keep(record.lost().isEmpty() ? record : brief(record));
    }
  }

  void add(RecordRow row) {
    if (most > 0) {
      keep(row);
    }
  }

  private synchronized void keep(Object more) {
    last.addLast(more);
    count += count(more);
    while (count - count(last.getFirst()) >= most) {
      count -= count(last.removeFirst());
    }
  }

  private static int count(Object kept) {
    return kept instanceof RecordRow row ? row.count() : 1;
  }

  synchronized List<TaskRecord> list() {
    List<TaskRecord> all = new ArrayList<>(count);
    for (Object kept : last) {
      switch (kept) {
        case TaskRecord record -> all.add(record);
        case RecordRow row -> {
          for (int i = 0; i < row.count(); i++) {
            all.add(row.record(row.from() + i));
          }
        }
        default -> throw new AssertionError(kept);
      }
    }
    return List.copyOf(all.subList(Math.max(0, all.size() - most), all.size()));
  }

  private static TaskRecord brief(TaskRecord record) {
    return new TaskRecord(
        record.name(),
        record.index(),
        record.attempts(),
        record.worker(),
        record.pid(),
        record.submitted(),
        record.started(),
        record.finished(),
        record.cpuTime(),
        record.peakMemory(),
        record.ending(),
        record.lost().stream().map(TaskHistory::brief).toList(),
        record.notes());
  }

  /** Without what has no bounds to speak of: stacks, output, samples. */
  private static Diagnosis brief(Diagnosis whole) {
    Diagnosis.Builder brief =
        Diagnosis.of(whole.cause(), whole.certainty(), whole.worker())
            .summary(whole.summary())
            .advice(whole.advice());
    whole.pid().ifPresent(brief::pid);
    whole.exitValue().ifPresent(brief::exitValue);
    whole.signal().ifPresent(brief::signal);
    for (Evidence evidence : whole.evidence()) {
      brief.evidence(evidence.source(), evidence.fact());
    }
    return brief.build();
  }
}
