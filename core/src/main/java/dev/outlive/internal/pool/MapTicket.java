package dev.outlive.internal.pool;

import dev.outlive.internal.protocol.Parcel;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.task.Outcome;
import dev.outlive.task.TaskRecord;
import dev.outlive.task.TaskRecord.Ending;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** A run of {@code map}: a function and its inputs, whose outputs come back as one list. */
final class MapTicket<I, O> extends Ticket {
  private static final Parcel GONE = Parcel.of(ByteBuffer.allocate(0));

  private final SharedFunction function;
  private Parcel code; // under the supervisor's lock
  private final List<? extends I> inputs;
  private final Parcel[] encoded; // its elements: under the supervisor's lock
  private final int chunk;
  private final CapturedOutput captured;
  private final PooledFuture<List<O>> future;
  private final AtomicReferenceArray<@Nullable Outcome<O>> outcomes;

  MapTicket(
      long task,
      Submission submission,
      AttemptCount attempts,
      Verdicts verdicts,
      long functionNumber,
      Parcel code,
      List<? extends I> inputs,
      List<Parcel> encoded,
      int chunk,
      CapturedOutput captured,
      PooledFuture<List<O>> future) {
    super(task, submission, attempts, verdicts);
    this.function = new SharedFunction(functionNumber, code.bytes());
    this.code = code;
    this.inputs = inputs;
    this.encoded = encoded.toArray(Parcel[]::new);
    this.chunk = chunk;
    this.captured = captured;
    this.future = future;
    this.outcomes = new AtomicReferenceArray<>(encoded.size());
  }

  @Override
  int items() {
    return encoded.length;
  }

  @Override
  int chunk() {
    return chunk;
  }

  @Override
  SharedFunction function() {
    return function;
  }

  @Override
  boolean ownsFunction() {
    return true;
  }

  @Override
  CapturedOutput captured() {
    return captured;
  }

  @Override
  ByteBuffer item(int index) {
    if (isGone(encoded[index])) {
      throw new AssertionError("input " + index + " has ended, and is to be sent");
    }
    return encoded[index].bytes();
  }

  @Override
  boolean freeItem(int index) {
    boolean released = encoded[index].release();
    encoded[index] = GONE;
    return released;
  }

  @Override
  boolean freeAll() {
    boolean released = code.release();
    code = GONE;
    for (int i = 0; i < encoded.length; i++) {
      released |= freeItem(i);
    }
    return released;
  }

  @SuppressWarnings("ReferenceEquality") // an input may well be as empty
  private static boolean isGone(Parcel parcel) {
    return parcel == GONE;
  }

  @Override
  String describe(int index) {
    return Rendering.of(inputs.get(index));
  }

  @Override
  Runnable decode(int index, Verdict verdict) {
    Outcome<O> decoded = verdicts.outcome(submission, index, inWords(index, verdict), verdict);
    return () -> keep(index, decoded);
  }

  @Override
  void tooSlow(Decoding.TooSlow seen) {
    int index = seen.decoding().item;
    keep(index, verdicts.tooSlow(submission, index, "input " + index, seen));
  }

  private void keep(int index, Outcome<O> end) {
    outcomes.set(index, end);
    ended(end.record());
  }

  /** A skipped item leaves null in its place; one whose result was refused here fails the run. */
  @Override
  void finish() {
    List<@Nullable O> values = new ArrayList<>(encoded.length);
    for (int i = 0; i < encoded.length; i++) {
      if (Verdicts.refusedHere(outcome(i)) && !skipsExceptions()) {
        fail(i);
        return;
      }
      values.add(outcome(i).orNull());
    }
    settle(values);
  }

  private boolean skipsExceptions() {
    return submission.rules().onException() == FailurePolicy.SKIP;
  }

  @SuppressWarnings("NullAway") // the nulls of skipped items are documented, the type cannot tell
  private void settle(List<@Nullable O> values) {
    future.settle(
        new Outcome.Success<>(Collections.unmodifiableList(values), record(Ending.RETURNED)));
  }

  private Outcome<O> outcome(int index) {
    Outcome<O> known = outcomes.get(index);
    if (known == null) {
      known = verdicts.cancelled(submission, index, 0);
      keep(index, known);
    }
    return known;
  }

  /** What has no outcome was cancelled with its run. */
  private void settleRest() {
    for (int i = 0; i < encoded.length; i++) {
      var _ = outcome(i);
    }
  }

  /** The run as a whole. */
  private TaskRecord record(Ending ending) {
    return verdicts.ofRun(submission, attempts.begun(), ending);
  }

  @Override
  void fail(int index) {
    List<Outcome<O>> all = new ArrayList<>(encoded.length);
    for (int i = 0; i < encoded.length; i++) {
      all.add(outcome(i));
    }
    stop(verdicts.runFailed(submission, outcome(index), inputs.get(index), all));
  }

  @Override
  void cancel() {
    settleRest();
    future.settle(new Outcome.Cancelled<>(record(Ending.CANCELLED)));
  }

  @Override
  void stop(RuntimeException reason) {
    settleRest();
    future.settle(new Outcome.Threw<>(reason, record(Ending.THREW)));
  }
}
