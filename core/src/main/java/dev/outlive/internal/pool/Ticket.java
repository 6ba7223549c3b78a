package dev.outlive.internal.pool;

import dev.outlive.internal.protocol.Items;
import dev.outlive.task.TaskRecord;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's entry for a submitted task: what is sent to workers, and who is told how it ended.
 * The telling happens on user threads, where the user's code may run.
 */
abstract class Ticket {
  private static final Logger LOG = System.getLogger(Ticket.class.getName());

  /** How long a ticket keeps a thread while others wait: there are tickets of a million jobs. */
  private static final long SLICE_NANOS = 5_000_000;

  final long task;
  final Submission submission;
  final AttemptCount attempts;

  final Verdicts verdicts;

  private final Deque<Runnable> jobs = new ArrayDeque<>(); // guarded by itself
  private boolean draining; // guarded by jobs
  private int turn; // guarded by jobs: rises when another thread takes over
  private volatile @Nullable Decoding decoding;
  private boolean givenUp; // one user thread after the other
  private Attempt lastLoss = Attempt.NONE; // one user thread after the other

  Ticket(long task, Submission submission, AttemptCount attempts, Verdicts verdicts) {
    this.task = task;
    this.submission = submission;
    this.attempts = attempts;
    this.verdicts = verdicts;
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

  /** What to send for some items, encoded. */
  abstract Items items(int from, int to);

  /**
   * Nothing of the item will be sent any more: what of it lies in a segment is given back. Returns
   * whether there was any. Under the supervisor's lock.
   */
  boolean freeItem(int index) {
    return false;
  }

  /** As {@link #freeItem}, of items in a row. */
  final boolean freeItems(int from, int to) {
    boolean released = false;
    for (int item = from; item < to; item++) {
      released |= freeItem(item);
    }
    return released;
  }

  /** As {@link #freeItem}, of all items and of the function that is this ticket's own. */
  boolean freeAll() {
    return false;
  }

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

  /** An attempt was lost with its worker; comes before what follows from it. */
  final void lost(Attempt attempt) {
    lastLoss = attempt;
  }

  /** An item has its outcome: it is known to all who ask before it is to those who wait for it. */
  final void ended(TaskRecord record) {
    verdicts.chronicle().ended(task, record);
  }

  /** An item has ended for good; on a user thread, which may be taken its turn meanwhile. */
  final void complete(int item, Verdict seen) {
    Verdict verdict = seen.after(lastLoss);
    Decoding now = new Decoding(item, verdict, verdicts.decodeNanos(verdict));
    decoding = now;
    Runnable keep;
    boolean inTime;
    try {
      keep = decode(item, verdict);
    } finally {
      inTime = now.end();
      if (inTime) {
        decoding = null;
      }
    }
    if (inTime) {
      keep.run();
    }
  }

  /** Items in a row have returned plain values; on a user thread. */
  void completeAll(Effect.CompleteItems e) {
    for (int item = e.row().from(); item < e.row().to(); item++) {
      complete(item, e.row().verdict(item, e.attempts(), e.lost()));
    }
  }

  /**
   * Decodes how an item has ended, which runs code of the user's, and changes nothing; what it
   * returns keeps it.
   */
  abstract Runnable decode(int item, Verdict verdict);

  /** An item has ended, and what came of it could not be decoded in time; on a user thread. */
  abstract void tooSlow(Decoding.TooSlow seen);

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

  /** Returns what stops it for a reason that is made then. */
  final Runnable stopping(Supplier<RuntimeException> reason) {
    return () -> stopFor(reason.get());
  }

  /** Ends it for this reason. */
  abstract void stop(RuntimeException reason);

  /**
   * Has a job of this ticket done on the user threads, after those before it. What one of them does
   * to its thread holds up this ticket alone.
   */
  final void later(Runnable job, UserThreads users) {
    int mine;
    synchronized (jobs) {
      jobs.addLast(job);
      if (draining) {
        return;
      }
      draining = true;
      mine = turn;
      users.decodingWatch().begin(this);
    }
    users.execute(() -> drain(mine, users));
  }

  /** Does the jobs while it is its turn; now and then those of others have theirs. */
  private void drain(int mine, UserThreads users) {
    long until = System.nanoTime() + SLICE_NANOS;
    for (Runnable job = nextJob(mine, users); job != null; job = nextJob(mine, users)) {
      try {
        job.run();
      } catch (Exception | Error e) { // also a checked one that was thrown sneakily
        if (isTurn(mine)) {
          giveUp(e);
        }
      }
      if (System.nanoTime() > until && users.queue(() -> drain(mine, users))) {
        return;
      }
    }
  }

  /** Called now and then, by whoever watches. */
  final void giveUpIfTooSlow(long now, UserThreads users) {
    int next;
    synchronized (jobs) { // its thread is interrupted, and must find at once that it lost its turn
      Decoding current = decoding;
      Decoding.TooSlow seen = current == null ? null : current.giveUpIfTooSlow(now);
      if (seen == null) {
        return;
      }
      next = ++turn;
      decoding = null;
      jobs.addFirst(() -> tooSlow(seen));
    }
    users.goOn(() -> drain(next, users));
  }

  /** Whether something of it is still to be decoded, or to be told. */
  final boolean isWaitedFor() {
    synchronized (jobs) {
      return decoding != null || !jobs.isEmpty();
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

  private @Nullable Runnable nextJob(int mine, UserThreads users) {
    synchronized (jobs) {
      if (mine != turn) {
        return null;
      }
      Runnable job = jobs.pollFirst();
      if (job == null) {
        draining = false;
        users.decodingWatch().end(this);
      }
      return job;
    }
  }

  private boolean isTurn(int mine) {
    synchronized (jobs) {
      return mine == turn;
    }
  }
}
