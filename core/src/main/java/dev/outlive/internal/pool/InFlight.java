package dev.outlive.internal.pool;

import dev.outlive.task.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a stream has handed to its pool and its consumer has not yet taken. Shared by the stream,
 * its tasks and its cleaner, and refers to none of them but the tasks: so a stream that nobody
 * holds can be collected, and its tasks ended.
 *
 * @param <O> the type of the outputs
 */
final class InFlight<O> {
  /** An outcome that has come, where the order of the inputs is not kept. */
  record Arrival<O>(ChunkTicket<O> chunk, int number, Outcome<O> outcome) {}

  private final Intake intake;
  private final SharedFunction function;
  private final Predicate<Outcome<O>> fatal;
  private final Runnable closeInputs;
  private final @Nullable Queue<Arrival<O>> unordered;
  private final Map<Long, ChunkTicket<O>> open = new ConcurrentHashMap<>(); // by task
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong arrivals = new AtomicLong();
  private final AtomicLong arrivedBytes = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean failed;
  private volatile @Nullable Thread waiting;

  /**
   * Creates one.
   *
   * @param ordered whether outcomes are taken from their chunks, in order, or polled as they come
   * @param fatal whether an outcome ends the stream, once it has its turn
   * @param closeInputs closes where the inputs come from; code of the user's
   */
  InFlight(
      Intake intake,
      SharedFunction function,
      boolean ordered,
      Predicate<Outcome<O>> fatal,
      Runnable closeInputs) {
    this.intake = intake;
    this.function = function;
    this.unordered = ordered ? null : new ConcurrentLinkedQueue<>();
    this.fatal = fatal;
    this.closeInputs = closeInputs;
  }

  // ---- from the stream

  /** Before the pool has it, so that its end cannot come first. */
  void submits(ChunkTicket<O> chunk, long encodedBytes) {
    open.put(chunk.task, chunk);
    bytes.addAndGet(encodedBytes);
  }

  /** Whether an outcome has come, so that there is something to foretell others by. */
  boolean hasSeenOne() {
    return arrivals.get() > 0;
  }

  /**
   * Returns how many bytes are held by inputs and results, and by the results to come if they are
   * like those that came.
   *
   * @param added how many inputs the stream has taken so far
   */
  long bytes(long added) {
    return bytes.get() + (added - arrivals.get()) * meanResult();
  }

  /** Returns how many bytes a result had so far, on the average. */
  long meanResult() {
    long came = arrivals.get();
    return came == 0 ? 0 : arrivedBytes.get() / came;
  }

  void released(int lessBytes) {
    bytes.addAndGet(-lessBytes);
  }

  /** Whether an outcome has come that ends the stream once it has its turn. */
  boolean hasFailed() {
    return failed;
  }

  @Nullable Arrival<O> poll() {
    return unordered == null ? null : unordered.poll();
  }

  boolean hasArrivals() {
    return unordered != null && !unordered.isEmpty();
  }

  /** The calling thread is woken whenever something comes, until it says so no more. */
  void waits(boolean now) {
    waiting = now ? Thread.currentThread() : null;
  }

  // ---- from the tasks

  void arrived(ChunkTicket<O> chunk, int number, Outcome<O> outcome, int resultBytes, int freed) {
    arrivedBytes.addAndGet(resultBytes);
    arrivals.incrementAndGet();
    bytes.addAndGet(resultBytes - freed);
    if (unordered != null) {
      unordered.add(new Arrival<>(chunk, number, outcome));
    }
    if (fatal.test(outcome)) {
      failed = true;
      abandonBehind(chunk.first);
    }
    wake();
  }

  void over(ChunkTicket<O> chunk) {
    open.remove(chunk.task);
    wake();
  }

  private void wake() {
    Thread thread = waiting;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  // ---- the end

  private void abandonBehind(long index) {
    List<ChunkTicket<O>> behind = new ArrayList<>(open.values());
    behind.removeIf(chunk -> chunk.first <= index);
    behind.forEach(this::abandon);
  }

  private void abandon(ChunkTicket<O> chunk) {
    intake.abandon(chunk.task);
  }

  /** Ends all that is in flight and closes the inputs; once. */
  void close() {
    if (end()) {
      closeInputs.run();
    }
  }

  /** As {@link #close}, for a thread on which no code of the user's may run. */
  void closeElsewhere() {
    if (end()) {
      intake.later(closeInputs);
    }
  }

  private boolean end() {
    if (!closed.compareAndSet(false, true)) {
      return false;
    }
    open.values().forEach(this::abandon);
    intake.forget(function);
    return true;
  }
}
