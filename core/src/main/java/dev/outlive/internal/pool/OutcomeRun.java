package dev.outlive.internal.pool;

import dev.outlive.task.Outcome;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Spliterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A run that hands out outcomes as they come. It takes inputs only as far ahead as its window
 * allows, on the consumer's own thread. Confined to one thread, but for the outcomes that arrive.
 */
public final class OutcomeRun<I, O> implements Spliterator<Outcome<O>> {
  private final Intake intake;
  private final Iterator<? extends I> inputs;
  private final SharedFunction function;
  private final Submission submission;
  private final int window;
  private final BlockingQueue<Outcome<O>> arrived = new LinkedBlockingQueue<>();

  /** The numbers of the tasks in flight, by the index of their input. */
  private final Map<Integer, Long> tasks = new HashMap<>();

  private int next;
  private boolean closed;

  OutcomeRun(
      Intake intake,
      Iterator<? extends I> inputs,
      SharedFunction function,
      Submission submission,
      int window) {
    this.intake = intake;
    this.inputs = inputs;
    this.function = function;
    this.submission = submission;
    this.window = window;
  }

  @Override
  public boolean tryAdvance(Consumer<? super Outcome<O>> action) {
    try {
      fillWindow();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
    if (tasks.isEmpty()) {
      close();
      return false;
    }
    Outcome<O> outcome = take();
    tasks.remove(outcome.index());
    action.accept(outcome);
    return true;
  }

  private void fillWindow() {
    while (!closed && tasks.size() < window && inputs.hasNext()) {
      I input = inputs.next();
      int index = next++;
      tasks.put(index, intake.<O>submitInput(submission, function, input, index, arrived::add));
    }
  }

  private Outcome<O> take() {
    try {
      return arrived.take();
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for an outcome");
    }
  }

  /** Takes no more inputs and ends what is in flight. */
  public void close() {
    if (!closed) {
      closed = true;
      tasks.values().forEach(intake::abandon);
      tasks.clear();
      intake.forget(function);
    }
  }

  @Override
  public @Nullable Spliterator<Outcome<O>> trySplit() {
    return null;
  }

  @Override
  public long estimateSize() {
    return Long.MAX_VALUE;
  }

  @Override
  public int characteristics() {
    return NONNULL;
  }
}
