package dev.outlive.internal.pool;

import dev.outlive.internal.protocol.Items;
import dev.outlive.internal.protocol.Parcel;
import dev.outlive.task.Outcome;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A submitted task: one item, which needs no input. Its fields change on one user thread after the
 * other.
 */
final class SingleTicket<T> extends Ticket {
  private @Nullable Parcel payload; // under the supervisor's lock; null: it has ended
  private final CapturedOutput captured;
  private final Consumer<Outcome<T>> receiver;
  private volatile @Nullable Outcome<T> outcome;
  private boolean told; // one user thread after the other

  /**
   * Creates one.
   *
   * @param attempts counts its attempts
   * @param captured takes what it prints
   * @param receiver is told the outcome, once
   */
  SingleTicket(
      long task,
      Submission submission,
      AttemptCount attempts,
      Verdicts verdicts,
      Parcel payload,
      CapturedOutput captured,
      Consumer<Outcome<T>> receiver) {
    super(task, submission, attempts, verdicts);
    this.payload = payload;
    this.captured = captured;
    this.receiver = receiver;
  }

  @Override
  int items() {
    return 1;
  }

  @Override
  @Nullable SharedFunction function() {
    return null;
  }

  @Override
  CapturedOutput captured() {
    return captured;
  }

  @Override
  Items items(int from, int to) {
    Parcel own = payload;
    if (own == null) {
      throw new AssertionError("task " + task + " has ended, and is to be sent");
    }
    return Items.of(List.of(own.bytes()));
  }

  @Override
  boolean freeItem(int number) {
    Parcel own = payload;
    payload = null;
    return own != null && own.release();
  }

  @Override
  boolean freeAll() {
    return freeItem(0);
  }

  @Override
  String describe(int number) {
    return "";
  }

  @Override
  Runnable decode(int number, Verdict verdict) {
    Outcome<T> decoded = verdicts.outcome(submission, 0, "", verdict);
    return () -> keep(decoded);
  }

  @Override
  void tooSlow(Decoding.TooSlow seen) {
    keep(verdicts.tooSlow(submission, 0, "", seen));
  }

  private void keep(Outcome<T> end) {
    outcome = end;
    ended(end.record());
  }

  @Override
  void finish() {
    Outcome<T> result = outcome;
    if (result == null) {
      throw new AssertionError("task " + task + " ended without a verdict");
    }
    tell(result);
  }

  @Override
  void fail(int number) {
    finish();
  }

  @Override
  void cancel() {
    tell(cancelled());
  }

  @Override
  void stop(RuntimeException reason) {
    tell(new Outcome.Threw<>(reason, cancelled().record()));
  }

  private Outcome<T> cancelled() {
    Outcome<T> end = verdicts.cancelled(submission, 0, attempts.begun());
    if (outcome == null && !told) {
      ended(end.record());
    }
    return end;
  }

  private void tell(Outcome<T> end) {
    if (!told) {
      told = true;
      receiver.accept(end);
    }
  }
}
