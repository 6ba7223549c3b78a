package dev.outlive.internal.pool;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's entry for a submitted task: what is sent to workers, and who is told how it ended.
 * The telling happens on user threads, where the user's code may run.
 */
abstract class Ticket {
  private static final Logger LOG = System.getLogger(Ticket.class.getName());

  final long task;
  final Submission submission;

  private final Deque<Runnable> jobs = new ArrayDeque<>(); // guarded by itself
  private boolean draining; // guarded by jobs
  private boolean givenUp; // one user thread after the other

  Ticket(long task, Submission submission) {
    this.task = task;
    this.submission = submission;
  }

  abstract int items();

  int chunk() {
    return 1;
  }

  /** The function that all items share; null: each item is work in itself. */
  abstract @Nullable SharedFunction function();

  /** Whether the function ends with this task, and is not shared with others. */
  boolean ownsFunction() {
    return false;
  }

  /** What takes what it prints; null: nobody can ask for that. */
  @Nullable CapturedOutput captured() {
    return null;
  }

  /** What to send for an item, encoded. */
  abstract ByteBuffer item(int index);

  /** The item in words, bounded, for people; on a user thread. */
  abstract String describe(int index);

  /** The index under which people know the item. */
  int index(int number) {
    return number;
  }

  /** The item as a message about its failure names it; empty for a single task. */
  final String inWords(int number, Verdict verdict) {
    String input = verdict instanceof Verdict.Returned ? "" : describe(number);
    return input.isEmpty() ? "" : "input " + index(number) + " (" + input + ")";
  }

  /** An item has ended for good; on a user thread. */
  abstract void complete(int index, Verdict verdict);

  /** Each item was completed; on a user thread, like all that follows. */
  abstract void finish();

  /** The failure of this item, under the policy FAIL, has ended the task. */
  abstract void fail(int index);

  /** Nobody wants the rest any more, or the pool was shut down at once. */
  abstract void cancel();

  /** The pool was aborted or broke; the reason is this ticket's alone, so it shows its caller. */
  final void stopFor(RuntimeException reason) {
    reason.setStackTrace(submission.stack());
    stop(reason);
  }

  /** Ends it for this reason. */
  abstract void stop(RuntimeException reason);

  /**
   * Has a job of this ticket done on the user threads, after those before it. What one of them does
   * to its thread holds up this ticket alone.
   */
  final void later(Runnable job, UserThreads users) {
    synchronized (jobs) {
      jobs.addLast(job);
      if (draining) {
        return;
      }
      draining = true;
    }
    users.execute(this::drain);
  }

  private void drain() {
    for (Runnable job = nextJob(); job != null; job = nextJob()) {
      try {
        job.run();
      } catch (Exception | Error e) { // also a checked one that was thrown sneakily
        giveUp(e);
      }
    }
  }

  /** Whatever keeps an outcome from being told, nobody waits for it for ever. */
  private void giveUp(Throwable bug) {
    String what = "the outcome of task " + task + " \"" + submission.name() + "\" cannot be told";
    LOG.log(Level.WARNING, what, bug);
    if (!givenUp) {
      givenUp = true;
      stopFor(new IllegalStateException(what, bug));
    }
  }

  private @Nullable Runnable nextJob() {
    synchronized (jobs) {
      Runnable job = jobs.pollFirst();
      draining = job != null;
      return job;
    }
  }
}
