package dev.outlive.internal.pool;

import dev.outlive.monitor.PoolSnapshot;
import java.util.Map;

/** Compares a pool's own counts with those of an oracle. */
final class Tallies {
  private Tallies() {}

  static void check(
      PoolSnapshot is,
      int submitted,
      int done,
      int failed,
      int cancelled,
      int retried,
      int deaths,
      Map<Integer, WorkerBook> workers) {
    boolean equal =
        is.done() == done
            && is.failed() == failed
            && is.cancelled() == cancelled
            && is.retried() == retried
            && is.deaths() == deaths
            && is.queued() >= 0
            && is.running() >= 0
            && is.queued() + is.running() + done + failed + cancelled == submitted
            && is.workers().size() == workers.values().stream().filter(w -> !w.died).count();
    Violation.unless(
        equal,
        "counts: %s%n but done %d, failed %d, cancelled %d, retried %d, deaths %d of %d items",
        is,
        done,
        failed,
        cancelled,
        retried,
        deaths,
        submitted);
  }
}
