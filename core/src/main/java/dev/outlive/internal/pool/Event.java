package dev.outlive.internal.pool;

import dev.outlive.failure.Cause;
import dev.outlive.spi.Death;
import dev.outlive.spi.MemoryView;
import dev.outlive.spi.Revocation;
import java.util.List;

/** All that can happen to a pool: the input of {@link PoolState}. Past tense. */
sealed interface Event {
  /** What a worker says of its work. */
  sealed interface Said extends Event {
    int worker();
  }

  /** The pool is there. */
  record PoolOpened() implements Event {}

  /** A caller handed in a task of one or more items; chunk 0: of as many as prove to be right. */
  record TaskSubmitted(long task, String name, int items, int chunk, TaskRules rules)
      implements Event {}

  /** Nobody wants the result any more: the future was completed from outside. */
  record TaskAbandoned(long task) implements Event {}

  /** Nobody wants the result any more, unless some of it is being worked at. */
  record WithdrawalAsked(long task) implements Event {}

  record WorkerStarted(int worker, long pid) implements Event {}

  record WorkerReady(int worker) implements Event {}

  record ItemReturned(int worker, long delivery, int item, ItemResult result) implements Said {}

  /** Items in a row returned; those that were told before are not told again. */
  record ItemsReturned(int worker, long delivery, ItemRow row) implements Said {}

  /** The task's code threw, or could not be decoded, or its result not encoded. */
  record ItemThrew(
      int worker, long delivery, int item, Cause cause, List<String> types, ItemResult error)
      implements Said {}

  /** The worker has passed over a delivery that was revoked, and is free of it. */
  record DeliveryWithdrawn(int worker, long delivery) implements Said {}

  /** What became of an {@link Effect.Revoke}. */
  record RevokeAnswered(int worker, long delivery, Effect.Why why, Revocation answer)
      implements Event {}

  /** The worker sent what is not a message, or none that fits. */
  record ProtocolViolated(int worker, String how) implements Event {}

  /** A worker holds more memory than one may that is to stay. */
  record WorkerGrown(int worker, long heldBytes, long limitBytes) implements Event {}

  /** Somebody has looked how much memory there is. */
  record MemorySeen(MemoryView view) implements Event {}

  record WorkerDying(int worker) implements Event {}

  record WorkerDied(int worker, Death death) implements Event {}

  /** The time of the last {@link Effect.SetAlarm} has come. */
  record AlarmRang() implements Event {}

  /** No more tasks will come; those that came are finished. */
  record ShutdownAsked() implements Event {}

  /** All work is to end now. */
  record StopAsked() implements Event {}
}
