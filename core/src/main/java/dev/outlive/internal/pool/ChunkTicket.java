package dev.outlive.internal.pool;

import dev.outlive.internal.protocol.Items;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.task.Outcome;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Some inputs of a stream, which travel together; each has its own outcome. Told on one user thread
 * after the other, read by the stream's consumer.
 *
 * @param <O> the type of the outputs
 */
final class ChunkTicket<O> extends Ticket {
  private final SharedFunction function;
  private final InFlight<O> inFlight;
  private final List<?> inputs;
  private final ByteBuffer[] encoded;
  private final AtomicReferenceArray<@Nullable Outcome<O>> outcomes;
  private final int[] held; // bytes of an input, of its result once that is there
  private final BitSet noted = new BitSet(); // of which there is a record
  private final BitSet told = new BitSet(); // of which the stream has heard, or has it already
  private volatile @Nullable RuntimeException reason;

  /** The index of its first input in the stream. */
  final long first;

  /** How many of its outcomes the consumer has taken; the consumer's. */
  int taken;

  ChunkTicket(
      long task,
      Submission submission,
      Verdicts verdicts,
      SharedFunction function,
      InFlight<O> inFlight,
      long first,
      List<?> inputs,
      List<ByteBuffer> encoded) {
    super(task, submission, new AttemptCount(true), verdicts);
    this.function = function;
    this.inFlight = inFlight;
    this.first = first;
    this.inputs = inputs;
    this.encoded = encoded.toArray(ByteBuffer[]::new);
    this.outcomes = new AtomicReferenceArray<>(this.encoded.length);
    this.held = new int[this.encoded.length];
    for (int i = 0; i < held.length; i++) {
      held[i] = this.encoded[i].capacity();
    }
  }

  // ---- for the pool

  @Override
  int items() {
    return encoded.length;
  }

  @Override
  int chunk() {
    return encoded.length;
  }

  @Override
  SharedFunction function() {
    return function;
  }

  @Override
  Items items(int from, int to) {
    return Items.of(List.of(encoded).subList(from, to));
  }

  @Override
  String describe(int number) {
    return Rendering.of(inputs.get(number));
  }

  /** An index has 31 bits, an endless stream has more inputs: the last index stands for them. */
  @Override
  int index(int number) {
    return (int) Math.min(Integer.MAX_VALUE, first + number);
  }

  @Override
  Runnable decode(int number, Verdict verdict) {
    long length = verdict instanceof Verdict.Returned r ? r.result().payload().length() : 0;
    int bytes = (int) Math.min(Integer.MAX_VALUE, length);
    Outcome<O> outcome =
        verdicts.outcome(submission, index(number), inWords(number, verdict), verdict);
    return () -> {
      note(number, outcome);
      if (!aborts(outcome)) {
        arrived(number, outcome, bytes);
      }
    };
  }

  @Override
  void tooSlow(Decoding.TooSlow seen) {
    int number = seen.decoding().item;
    int index = index(number);
    arrived(number, verdicts.tooSlow(submission, index, "input " + index, seen), 0);
  }

  /** It ends the pool, and is told as that: what follows is the end of this task. */
  private boolean aborts(Outcome<O> outcome) {
    return !outcome.isSuccess()
        && submission.rules().policyFor(outcome) == FailurePolicy.ABORT
        && !Verdicts.refusedHere(outcome);
  }

  /** Once for each: an outcome that was taken looks like one that has not come. */
  private void arrived(int number, Outcome<O> outcome, int bytes) {
    if (told.get(number)) {
      return;
    }
    told.set(number);
    int before = held[number];
    held[number] = bytes;
    note(number, outcome);
    outcomes.set(number, outcome);
    inFlight.arrived(this, number, outcome, bytes, before);
  }

  /** Each input has one record, also if it ends the pool, or was consumed before the end. */
  private void note(int number, Outcome<O> outcome) {
    if (!noted.get(number)) {
      noted.set(number);
      ended(outcome.record());
    }
  }

  @Override
  void finish() {
    inFlight.over(this);
  }

  @Override
  void fail(int number) {
    throw new AssertionError("a chunk goes on when input " + number + " fails");
  }

  @Override
  void cancel() {
    endRest(null);
  }

  @Override
  void stop(RuntimeException stopped) {
    reason = stopped;
    endRest(stopped);
  }

  private void endRest(@Nullable RuntimeException stopped) {
    for (int i = 0; i < encoded.length; i++) {
      if (!told.get(i)) {
        Outcome<O> gone = verdicts.cancelled(submission, index(i), 0);
        arrived(i, stopped == null ? gone : new Outcome.Threw<>(stopped, gone.record()), 0);
      }
    }
    finish();
  }

  // ---- for the consumer

  @Nullable Outcome<O> outcome(int number) {
    return outcomes.get(number);
  }

  Object input(int number) {
    return inputs.get(number);
  }

  /** Gives an outcome away. */
  int release(int number) {
    outcomes.set(number, null);
    taken++;
    return held[number];
  }

  boolean consumed() {
    return taken == encoded.length;
  }

  /** Why the pool stopped, if that ended it. */
  @Nullable RuntimeException reason() {
    return reason;
  }
}
