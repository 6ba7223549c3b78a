package dev.outlive.internal.pool;

/**
 * How many attempts at a task had begun, for those whom no verdict tells: its future was completed
 * from outside, or its pool was shut down. Changed under the supervisor's lock, read by anybody.
 *
 * <p>An attempt counts once it is offered to a worker, and no more once it was taken back unbegun.
 * One whose worker died before it began counts until it is offered again.
 */
final class AttemptCount {
  private final boolean run;
  private int latest;
  private int offers; // not taken back; of a task, the last one alone
  private volatile int begun;

  /**
   * Creates one.
   *
   * @param run whether it is a run, of which several deliveries are out at a time
   */
  AttemptCount(boolean run) {
    this.run = run;
  }

  void offered(int attempt) {
    offers = run ? offers + 1 : 1;
    latest = Math.max(latest, attempt);
    begun = latest;
  }

  void takenBack() {
    offers--;
    begun = offers > 0 ? latest : latest - 1;
  }

  int begun() {
    return begun;
  }
}
