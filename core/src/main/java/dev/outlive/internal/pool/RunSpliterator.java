package dev.outlive.internal.pool;

import dev.outlive.task.Outcome;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The source of a stream of outputs or outcomes. It takes inputs on the consumer's own thread, and
 * no more of them than the run has room for. Confined to one thread at a time.
 *
 * @param <I> the type of the inputs
 * @param <O> the type of the outputs
 * @param <T> what the stream has: outputs or outcomes
 */
public final class RunSpliterator<I, O, T> implements Spliterator<T> {
  /** How an element is taken from a run in which it is there. */
  interface Element<O, T> {
    T from(StreamRun<?, O> run);
  }

  private final StreamRun<I, O> run;
  private final Iterator<? extends I> inputs;
  private final Element<O, T> element;
  private final int characteristics;
  private boolean dry;
  private boolean closed;

  private RunSpliterator(
      StreamRun<I, O> run,
      Iterator<? extends I> inputs,
      Element<O, T> element,
      int characteristics) {
    this.run = run;
    this.inputs = inputs;
    this.element = element;
    this.characteristics = characteristics;
  }

  /** Returns the source of a run's outputs, in order. */
  @SuppressWarnings("NullAway") // the null of a skipped input is documented, the type cannot tell
  static <I, O> RunSpliterator<I, O, O> ofValues(
      StreamRun<I, O> run, Iterator<? extends I> inputs) {
    return new RunSpliterator<>(run, inputs, StreamRun::nextValue, ORDERED);
  }

  /** Returns the source of a run's outcomes, as they come. */
  static <I, O> RunSpliterator<I, O, Outcome<O>> ofOutcomes(
      StreamRun<I, O> run, Iterator<? extends I> inputs) {
    return new RunSpliterator<>(run, inputs, StreamRun::next, NONNULL);
  }

  @Override
  public boolean tryAdvance(Consumer<? super T> action) {
    if (closed) {
      return false;
    }
    T next;
    try {
      takeInputs();
      if (run.isEmpty()) {
        close();
        run.throwIfRejected();
        return false;
      }
      run.awaitNext();
      next = element.from(run);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      throw new CancellationException("interrupted while waiting for an outcome");
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
    hand(next, action);
    return true;
  }

  /** A consumer that throws consumes no more. */
  private void hand(T next, Consumer<? super T> action) {
    boolean taken = false;
    try {
      action.accept(next);
      taken = true;
    } finally {
      if (!taken) {
        close();
      }
    }
  }

  /** While nothing is there to be handed out, as many as there is room for; otherwise one. */
  private void takeInputs() {
    while (!dry && run.takesMore()) {
      if (inputs.hasNext()) {
        run.add(inputs.next());
      } else {
        dry = true;
        run.submit();
      }
      if (run.hasNext()) {
        return;
      }
    }
  }

  /** Takes no more inputs and ends what is in flight. */
  public void close() {
    closed = true;
    run.close();
  }

  @Override
  public @Nullable Spliterator<T> trySplit() {
    return null;
  }

  @Override
  public long estimateSize() {
    return Long.MAX_VALUE;
  }

  @Override
  public int characteristics() {
    return characteristics;
  }
}
