package dev.outlive.internal.pool;

import dev.outlive.policy.FailurePolicy;
import dev.outlive.task.Outcome;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A run over inputs that come one by one, and whose outputs leave one by one: the engine of {@code
 * stream}, {@code outcomes} and {@code gatherer}. What it may have in flight is bounded by count
 * and by bytes; one input is always allowed.
 *
 * <p>Confined to its consumer's thread. Once nobody holds it any more, a cleaner ends its tasks.
 *
 * <p>Long, as what goes in and what comes out share their counts.
 *
 * @param <I> the type of the inputs
 * @param <O> the type of the outputs
 */
final class StreamRun<I, O> {
  /** How many chunks a run has in flight for each worker: two at the worker, two that wait. */
  private static final int CHUNKS_PER_WORKER = 4;

  private static final long MOST_BYTES = 64 << 20;

  /** What an input in flight holds beside its bytes. */
  private static final int OVERHEAD_BYTES = 256;

  private static final Cleaner CLEANER = Cleaner.create();

  private final Intake intake;
  private final Verdicts verdicts;
  private final Submission submission;
  private final SharedFunction function;
  private final TaskRules rules;
  private final InFlight<O> inFlight;
  private final boolean ordered;
  private final int chunk;
  private final int mostChunks;
  private final long mostBytes;
  private final Cleaner.Cleanable cleanable;

  private @Nullable RejectedExecutionException rejection;
  private final Deque<ChunkTicket<O>> chunks = new ArrayDeque<>(); // ordered only
  private List<I> inputs = new ArrayList<>();
  private List<ByteBuffer> encoded = new ArrayList<>();
  private long encodedBytes; // of what is not yet submitted
  private long allEncodedBytes;
  private long submitted;
  private long taken;

  /**
   * Creates one.
   *
   * @param submission its rules are those of the run
   * @param ordered whether outcomes leave in the order of the inputs, or as they come
   */
  StreamRun(
      Intake intake,
      Verdicts verdicts,
      Submission submission,
      SharedFunction function,
      boolean ordered,
      int chunk,
      int workers,
      Runnable closeInputs) {
    this.intake = intake;
    this.verdicts = verdicts;
    this.submission = submission.withRules(submission.rules().goingOn());
    this.rules = submission.rules();
    this.function = function;
    this.ordered = ordered;
    this.chunk = Math.max(1, chunk); // inputs may be long in coming, so none waits for others
    this.mostChunks = CHUNKS_PER_WORKER * workers;
    this.mostBytes = Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / 8);
    TaskRules policies = submission.rules();
    Predicate<Outcome<O>> fatal =
        outcome ->
            !outcome.isSuccess() && ordered && policies.policyFor(outcome) == FailurePolicy.FAIL;
    InFlight<O> shared = new InFlight<>(intake, function, ordered, fatal, closeInputs);
    this.inFlight = shared;
    this.cleanable = CLEANER.register(this, shared::closeElsewhere);
  }

  // ---- inputs

  /** Whether one more input may be added. */
  boolean takesMore() {
    return rejection == null && !inFlight.hasFailed() && hasRoom();
  }

  private boolean hasRoom() {
    long added = submitted + inputs.size();
    long open = added - taken;
    long held = inFlight.bytes(added) + encodedBytes + open * OVERHEAD_BYTES;
    return open == 0 || (open < (long) mostChunks * chunkNow() && held < mostBytes);
  }

  /**
   * How many inputs make a chunk: as many as wanted, or as few as let all chunks together keep the
   * bound in bytes, if what comes is like what came. One by one before any result has come, since
   * nobody knows how large they are.
   */
  private int chunkNow() {
    if (!inFlight.hasSeenOne()) {
      return 1;
    }
    long each = OVERHEAD_BYTES + allEncodedBytes / Math.max(1, submitted) + inFlight.meanResult();
    return Math.clamp(mostBytes / (mostChunks * each), 1, chunk);
  }

  /**
   * Adds an input.
   *
   * @throws IllegalArgumentException if it cannot be encoded
   */
  void add(I input) {
    ByteBuffer bytes = intake.encodeInput(input, submitted + inputs.size(), submission.lease());
    inputs.add(input);
    encoded.add(bytes);
    encodedBytes += bytes.capacity();
    if (inputs.size() >= chunkNow()) {
      submit();
    }
  }

  /** Submits what was added, though its chunk may not be full. */
  void submit() {
    if (inputs.isEmpty()) {
      return;
    }
    ChunkTicket<O> ticket =
        new ChunkTicket<>(
            intake.nextTask(),
            submission,
            verdicts,
            function,
            inFlight,
            submitted,
            inputs,
            encoded);
    long bytes = encodedBytes;
    inFlight.submits(ticket, bytes);
    inputs = new ArrayList<>(inputs.size());
    encoded = new ArrayList<>(encoded.size());
    encodedBytes = 0;
    try {
      intake.submit(ticket);
    } catch (RejectedExecutionException e) { // what is in flight leaves before this is thrown
      inFlight.over(ticket);
      rejection = e;
      return;
    }
    submitted += ticket.items();
    allEncodedBytes += bytes;
    if (ordered) {
      chunks.addLast(ticket);
    }
  }

  /**
   * Once nothing is in flight any more.
   *
   * @throws RejectedExecutionException if the pool takes no more tasks, and so the inputs did not
   *     end it
   */
  void throwIfRejected() {
    if (rejection != null) {
      throw rejection;
    }
  }

  // ---- outcomes

  /** Whether all inputs that were added have left. */
  boolean isEmpty() {
    return submitted == taken && inputs.isEmpty();
  }

  /** Whether the next outcome is there. */
  boolean hasNext() {
    if (!ordered) {
      return inFlight.hasArrivals();
    }
    ChunkTicket<O> head = chunks.peekFirst();
    return head != null && head.outcome(head.taken) != null;
  }

  /** Waits until the next outcome is there. */
  void awaitNext() throws InterruptedException {
    submitIfNothingComes();
    if (submitted == taken) {
      throwIfRejected();
    }
    awaitThat(this::hasNext);
  }

  private void submitIfNothingComes() {
    if (submitted == taken) {
      submit();
    }
  }

  private interface Condition {
    boolean holds();
  }

  private void awaitThat(Condition condition) throws InterruptedException {
    if (condition.holds()) {
      return;
    }
    inFlight.waits(true);
    try {
      while (!condition.holds()) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        LockSupport.park(inFlight);
      }
    } finally {
      inFlight.waits(false);
      Reference.reachabilityFence(this);
    }
  }

  /** Takes the next outcome, which is there. */
  Outcome<O> next() {
    InFlight.Arrival<O> arrival = ordered ? head() : inFlight.poll();
    if (arrival == null) {
      throw new AssertionError("no outcome is there, " + taken + " of " + submitted + " have left");
    }
    leaves(arrival.chunk(), arrival.number());
    return arrival.outcome();
  }

  /**
   * Takes the next outcome, which is there, and returns its value; null if it was skipped.
   *
   * @throws RuntimeException if it is a failure, and not to be skipped
   */
  @Nullable O nextValue() {
    InFlight.Arrival<O> arrival = head();
    Outcome<O> outcome = arrival.outcome();
    if (outcome.isSuccess() || rules.policyFor(outcome) == FailurePolicy.SKIP) {
      leaves(arrival.chunk(), arrival.number());
      return outcome.orNull();
    }
    throw failure(arrival);
  }

  private InFlight.Arrival<O> head() {
    ChunkTicket<O> head = chunks.getFirst();
    Outcome<O> outcome = head.outcome(head.taken);
    if (outcome == null) {
      throw new AssertionError("outcome " + taken + " is not there");
    }
    return new InFlight.Arrival<>(head, head.taken, outcome);
  }

  private void leaves(ChunkTicket<O> from, int number) {
    inFlight.released(from.release(number));
    taken++;
    if (ordered && from.consumed()) {
      chunks.removeFirst();
    }
  }

  private RuntimeException failure(InFlight.Arrival<O> arrival) {
    RuntimeException reason = arrival.chunk().reason();
    if (reason != null) {
      return reason;
    }
    if (arrival.outcome() instanceof Outcome.Cancelled<O>) {
      return new CancellationException(
          "pool \""
              + verdicts.pool()
              + "\" was shut down under stream \""
              + submission.name()
              + '"');
    }
    return verdicts.runFailed(
        submission, arrival.outcome(), arrival.chunk().input(arrival.number()), ended());
  }

  /** What had ended of what was in flight, from the failed one on. */
  private List<Outcome<O>> ended() {
    List<Outcome<O>> ended = new ArrayList<>();
    for (ChunkTicket<O> ticket : chunks) {
      for (int i = ticket.taken; i < ticket.items(); i++) {
        Outcome<O> outcome = ticket.outcome(i);
        if (outcome != null) {
          ended.add(outcome);
        }
      }
    }
    return ended;
  }

  // ---- the end

  /** Ends all that is in flight, and closes the inputs. */
  void close() {
    inputs.clear(); // what was not submitted never is
    encoded.clear();
    encodedBytes = 0;
    inFlight.close();
    cleanable.clean();
    chunks.clear();
  }
}
