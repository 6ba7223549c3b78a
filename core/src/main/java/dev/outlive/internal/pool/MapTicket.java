package dev.outlive.internal.pool;

import dev.outlive.internal.protocol.Items;
import dev.outlive.internal.protocol.Parcel;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.task.Outcome;
import dev.outlive.task.TaskRecord;
import dev.outlive.task.TaskRecord.Ending;
import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A run of {@code map}: a function and its inputs, whose outputs come back as one list. */
final class MapTicket<I, O> extends Ticket {
  private static final Parcel GONE = Parcel.of(ByteBuffer.allocate(0));

  private final SharedFunction function;
  private Parcel code; // under the supervisor's lock
  private final List<? extends I> inputs;
  private final EncodedItems encoded; // what of it is to be freed: under the supervisor's lock
  private final int chunk;
  private final CapturedOutput captured;
  private final PooledFuture<List<O>> future;

  private final ItemEnds ends; // by one user thread at a time

  /** Of the plain values: their records, by the first one's index. */
  private final TreeMap<Integer, RecordRow> rows = new TreeMap<>();

  MapTicket(
      long task,
      Submission submission,
      AttemptCount attempts,
      Verdicts verdicts,
      long functionNumber,
      Parcel code,
      List<? extends I> inputs,
      EncodedItems encoded,
      int chunk,
      CapturedOutput captured,
      PooledFuture<List<O>> future) {
    super(task, submission, attempts, verdicts);
    this.function = new SharedFunction(functionNumber, code.bytes());
    this.code = code;
    this.inputs = inputs;
    this.encoded = encoded;
    this.chunk = chunk;
    this.captured = captured;
    this.future = future;
    this.ends = new ItemEnds(encoded.size());
  }

  @Override
  int items() {
    return ends.size();
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
  Items items(int from, int to) {
    return encoded.range(from, to);
  }

  @Override
  boolean freeItem(int index) {
    return encoded.free(index);
  }

  @Override
  boolean freeAll() {
    boolean released = code.release();
    code = GONE;
    boolean any = encoded.freeAll();
    return any || released;
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

  /** No code of the user's runs here, so it needs no limit. */
  @Override
  void completeAll(Effect.CompleteItems e) {
    if (verdicts.chronicle().tellsEnds() || !e.lost().isEmpty() || !takePlain(e.row())) {
      super.completeAll(e);
      return;
    }
    Attempt attempt = e.row().attempt();
    Instant ended = Instant.now().minusNanos(Math.max(0, System.nanoTime() - attempt.endedNanos()));
    RecordRow records =
        new RecordRow(
            submission.name(),
            submission.when(),
            e.row().from(),
            e.row().size(),
            e.attempts(),
            attempt,
            ended);
    rows.put(e.row().from(), records);
    verdicts.chronicle().ended(records);
  }

  /** Returns false if some value is not plain: then the worker lies. */
  private boolean takePlain(ItemRow row) {
    try {
      ends.putAll(row.from(), row.values());
      return true;
    } catch (StreamCorruptedException e) {
      return false;
    }
  }

  private void keep(int index, Outcome<O> end) {
    ends.put(index, end);
    ended(end.record());
  }

  /** A skipped item leaves null in its place; one whose result was refused here fails the run. */
  @Override
  void finish() {
    OptionalInt refused = skipsExceptions() ? OptionalInt.empty() : firstRefused();
    if (refused.isPresent()) {
      fail(refused.getAsInt());
      return;
    }
    future.settle(new Outcome.Success<>(ends.values(), record(Ending.RETURNED)));
  }

  private OptionalInt firstRefused() {
    return ends.outcomes().filter(item -> Verdicts.refusedHere(outcome(item))).findFirst();
  }

  private boolean skipsExceptions() {
    return submission.rules().onException() == FailurePolicy.SKIP;
  }

  @SuppressWarnings("unchecked") // what a task of O returned is an O, unless a worker lies
  private Outcome<O> outcome(int index) {
    if (!ends.has(index)) {
      Outcome<O> gone = verdicts.cancelled(submission, index, 0);
      keep(index, gone);
      return gone;
    }
    Object end = ends.get(index);
    if (end instanceof Outcome<?> known) {
      return (Outcome<O>) known;
    }
    Map.Entry<Integer, RecordRow> row = rows.floorEntry(index);
    if (row == null) {
      throw new AssertionError("item " + index + " has a value and no record");
    }
    return success((O) end, row.getValue().record(index));
  }

  @SuppressWarnings("NullAway") // a task may return null, which its type cannot tell
  private static <O> Outcome<O> success(@Nullable O value, TaskRecord record) {
    return new Outcome.Success<>(value, record);
  }

  /** What has no outcome was cancelled with its run. */
  private void settleRest() {
    for (int i = 0; i < ends.size(); i++) {
      var _ = outcome(i);
    }
  }

  /** The run as a whole. */
  private TaskRecord record(Ending ending) {
    return verdicts.ofRun(submission, attempts.begun(), ending);
  }

  @Override
  void fail(int index) {
    List<Outcome<O>> all = new ArrayList<>(ends.size());
    for (int i = 0; i < ends.size(); i++) {
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
