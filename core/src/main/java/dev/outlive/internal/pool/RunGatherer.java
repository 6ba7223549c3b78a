package dev.outlive.internal.pool;

import java.util.function.Supplier;
import java.util.stream.Gatherer;
import java.util.stream.Gatherer.Downstream;
import java.util.stream.Gatherer.Integrator;
import org.jspecify.annotations.Nullable;

/**
 * A run as a step of somebody else's stream: what comes down from it is mapped, in order. Its waits
 * are not interruptible, as those of {@link java.util.stream.Gatherers#mapConcurrent} are not; the
 * interrupt flag is kept. Confined to one thread at a time.
 */
final class RunGatherer<I, O> {
  private final StreamRun<I, O> run;

  private RunGatherer(StreamRun<I, O> run) {
    this.run = run;
  }

  /** Returns a gatherer that opens a run for each stream it is used in. */
  static <I, O> Gatherer<I, ?, O> of(Supplier<StreamRun<I, O>> opener) {
    return Gatherer.<I, RunGatherer<I, O>, O>ofSequential(
        () -> new RunGatherer<>(opener.get()),
        Integrator.ofGreedy(RunGatherer::integrate),
        RunGatherer::finish);
  }

  private boolean integrate(I input, Downstream<? super O> downstream) {
    return guarded(
        () -> {
          if (downstream.isRejecting()) {
            return false;
          }
          run.add(input);
          boolean more = true;
          while (more && !run.isEmpty() && (run.hasNext() || !run.takesMore())) {
            more = push(downstream);
          }
          run.throwIfRejected();
          return more;
        });
  }

  private void finish(Downstream<? super O> downstream) {
    boolean more =
        guarded(
            () -> {
              run.submit();
              boolean wanted = !downstream.isRejecting();
              while (wanted && !run.isEmpty()) {
                wanted = push(downstream);
              }
              run.throwIfRejected();
              return wanted;
            });
    if (more) {
      run.close();
    }
  }

  private interface Step {
    boolean take();
  }

  /** Whatever ends the stream early ends the run. */
  private boolean guarded(Step step) {
    boolean more = false;
    try {
      more = step.take();
    } finally {
      if (!more) {
        run.close();
      }
    }
    return more;
  }

  private boolean push(Downstream<? super O> downstream) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          run.awaitNext();
          return pushTo(downstream, run.nextValue());
        } catch (InterruptedException e) {
          interrupted = true; // for whom it may concern, later
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @SuppressWarnings("NullAway") // the null of a skipped input is documented, the type cannot tell
  private boolean pushTo(Downstream<? super O> downstream, @Nullable O value) {
    return downstream.push(value);
  }
}
