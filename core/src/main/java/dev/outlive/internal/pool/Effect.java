package dev.outlive.internal.pool;

import dev.outlive.failure.Diagnosis;
import dev.outlive.monitor.PoolEvent;
import dev.outlive.spi.KillReason;
import dev.outlive.spi.WorkerSize;
import java.util.List;

/** All that {@link PoolState} can want done: its output. Imperative. None of them may block. */
sealed interface Effect {
  record LaunchWorker(int worker, WorkerSize size) implements Effect {
    LaunchWorker(int worker) {
      this(worker, WorkerSize.USUAL);
    }
  }

  /** Have the memory looked at often, or no more. */
  record WatchMemory(boolean closely) implements Effect {}

  /**
   * Offer the items {@code from} (inclusive) to {@code to} (exclusive) in the slot and send them.
   */
  record Deliver(int worker, int slot, long delivery, long task, int from, int to, int attempt)
      implements Effect {}

  /**
   * Try to take a delivery back; its answer, {@link Event.RevokeAnswered}, comes before any other
   * event.
   */
  record Revoke(int worker, int slot, long delivery, Why why, long limitNanos) implements Effect {}

  /** Why a delivery is revoked. */
  enum Why {
    /** Another worker is idle: only if it has not begun. */
    RECALLED,
    /** Nobody wants it: only if it has not begun. */
    WITHDRAWN,
    /** Its task is over. */
    ABANDONED,
    /** Its item may have run for too long, or may not have been picked up. */
    LATE
  }

  /** Ask the running item to end. */
  record Interrupt(int worker, long delivery) implements Effect {}

  /** The evidence is what was seen that made it so; it may be empty. */
  record KillWorker(int worker, KillReason reason, String evidence) implements Effect {
    KillWorker(int worker, KillReason reason) {
      this(worker, reason, "");
    }
  }

  /** Ask the worker to leave. */
  record DismissWorker(int worker) implements Effect {}

  /** The worker is gone: forget it. */
  record ForgetWorker(int worker) implements Effect {}

  /** An item has ended for good. Followed by {@link EndTask} when it was the last. */
  record CompleteItem(long task, int item, Verdict verdict) implements Effect {}

  /** Items in a row have returned; as {@link CompleteItem} for each of them. */
  record CompleteItems(long task, ItemRow row, int attempts, List<Diagnosis> lost)
      implements Effect {}

  /** An attempt was lost with its worker. Comes before what follows from it. */
  record RecordLoss(long task, int item, int attempt, boolean retried, Diagnosis diagnosis)
      implements Effect {}

  /** The task is over; whatever of it has not ended is to be completed so. */
  record EndTask(long task, Ending ending) implements Effect {}

  /** How a task as a whole ended. */
  sealed interface Ending {
    /** Each item has its verdict. */
    record AllDone() implements Ending {}

    /** This item's verdict, under the policy FAIL, ended it. */
    record Failed(int item) implements Ending {}

    /** Its future was completed from outside. */
    record Abandoned() implements Ending {}

    /** The pool was shut down at once. */
    record ShutDown() implements Ending {}

    /** A task's failure, under the policy ABORT, ended all. */
    record Aborted(long culprit, int item, Verdict verdict) implements Ending {}

    /** Too many workers died early. */
    record Broken(List<Diagnosis> causes) implements Ending {}
  }

  /** Deliver {@link Event.AlarmRang} at this time, instead of any time set before. */
  record SetAlarm(long atNanos) implements Effect {}

  record Tell(PoolEvent event) implements Effect {}

  /** No worker and no task is left. */
  record FinishTermination() implements Effect {}
}
