package dev.outlive.internal.pool;

import dev.outlive.task.Outcome;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A task of one item: a submitted task, or one input of a stream of outcomes. Its fields change on
 * one user thread after the other.
 */
final class SingleTicket<T> extends Ticket {
  private final @Nullable SharedFunction function;
  private final ByteBuffer payload;
  private final int index;
  private final @Nullable Object input;
  private final @Nullable CapturedOutput captured;
  private final Consumer<Outcome<T>> receiver;
  private volatile @Nullable Outcome<T> outcome;
  private boolean told; // one user thread after the other

  /**
   * Creates one.
   *
   * @param index its index in the stream it belongs to; 0: none
   * @param input the input; null: it has none
   * @param captured takes what it prints; null: nobody can ask for that
   * @param receiver is told the outcome, once
   */
  SingleTicket(
      long task,
      Submission submission,
      Verdicts verdicts,
      @Nullable SharedFunction function,
      ByteBuffer payload,
      int index,
      @Nullable Object input,
      @Nullable CapturedOutput captured,
      Consumer<Outcome<T>> receiver) {
    super(task, submission, verdicts);
    this.function = function;
    this.payload = payload;
    this.index = index;
    this.input = input;
    this.captured = captured;
    this.receiver = receiver;
  }

  @Override
  int items() {
    return 1;
  }

  @Override
  @Nullable SharedFunction function() {
    return function;
  }

  @Override
  @Nullable CapturedOutput captured() {
    return captured;
  }

  @Override
  ByteBuffer item(int number) {
    return payload;
  }

  @Override
  String describe(int number) {
    return input == null ? "" : Rendering.of(input);
  }

  @Override
  int index(int number) {
    return index;
  }

  @Override
  Runnable decode(int number, Verdict verdict) {
    Outcome<T> decoded = verdicts.outcome(submission, index, inWords(number, verdict), verdict);
    return () -> outcome = decoded;
  }

  @Override
  void tooSlow(Decoding.TooSlow seen) {
    outcome = verdicts.tooSlow(submission, index, input == null ? "" : "input " + index, seen);
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
    tell(verdicts.cancelled(submission, index));
  }

  @Override
  void stop(RuntimeException reason) {
    tell(new Outcome.Threw<>(reason, verdicts.<T>cancelled(submission, index).record()));
  }

  private void tell(Outcome<T> end) {
    if (!told) {
      told = true;
      receiver.accept(end);
    }
  }
}
