package dev.outlive.monitor;

import dev.outlive.monitor.PoolSnapshot.Work;
import dev.outlive.monitor.PoolSnapshot.Worker;
import dev.outlive.task.Bytes;
import java.time.Duration;
import java.util.Locale;

/** A snapshot as text in columns, for people. */
final class StatusTable {
  private StatusTable() {}

  static String of(PoolSnapshot pool) {
    StringBuilder text = new StringBuilder().append(pool).append(System.lineSeparator());
    row(text, "worker", "pid", "state", "memory", "done", "running", "ready", "task");
    for (Worker worker : pool.workers()) {
      row(
          text,
          worker.number(),
          worker.pid().isPresent() ? worker.pid().getAsLong() : "-",
          worker.state(),
          worker.residentBytes().isPresent() ? new Bytes(worker.residentBytes().getAsLong()) : "-",
          worker.tasksDone(),
          worker.work().map(work -> inWords(work.runningFor())).orElse("-"),
          worker.work().map(StatusTable::progress).orElse("-"),
          worker.work().map(StatusTable::inWords).orElse("-"));
    }
    return text.toString();
  }

  private static void row(StringBuilder text, Object... cells) {
    text.append(String.format(Locale.ROOT, "%6s %8s %-8s %9s %8s %9s %6s  %s%n", cells));
  }

  private static String inWords(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
  }

  private static String progress(Work work) {
    if (work.progressTotal() > 0) {
      double part = Math.min(1, work.progressDone() / (double) work.progressTotal());
      return Math.round(part * 100) + " %";
    }
    return work.progressDone() > 0 ? Long.toString(work.progressDone()) : "-";
  }

  /** A name may have come from anywhere: what would break the table is replaced. */
  private static String inWords(Work work) {
    String name = work.name().replaceAll("\\p{Cntrl}", "?");
    return work.task() + " " + name + " #" + work.index() + ", attempt " + work.attempt();
  }
}
