package dev.outlive.cli;

import dev.outlive.ProcessPool;
import dev.outlive.failure.Cause;
import dev.outlive.policy.FailurePolicy;
import dev.outlive.task.TaskFuture;
import dev.outlive.task.TaskOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job over its inputs. Owned by the thread that calls {@link #run}; the reader of the
 * inputs, the pool and SIGINT only put events into its queue.
 *
 * <pre>
 *   GOING --all inputs read, all ended--------------------------------> over: 0, or 1
 *     | --a failure under FAIL: the rest is cancelled-----> STOPPED --> over: 1
 *     | --a failure under ABORT, the pool broke-----------> ABORTED --> over: 3
 *     | --the inputs cannot be read-----------------------> UNREAD  --> over: 2
 *     | --first SIGINT: nothing new is begun--------------> DRAINED --> over: 130
 *     +--- second SIGINT: what runs is killed ------------> DRAINED
 * </pre>
 *
 * <p>No more inputs are with the pool than it has workers: what waits in a pool has been begun as
 * far as an interrupt can tell. So not {@code ProcessPool.outcomes}, which looks ahead.
 */
final class Run {
  private static final long MOST_WAITING_BYTES = 64L << 20;
  private static final Duration LAST_WAY_OUT = Duration.ofSeconds(5);

  private sealed interface Event {
    record Read(String input) implements Event {}

    record AllRead(@Nullable IOException problem) implements Event {}

    record Finished(int index, String input, TaskFuture<Answer> future) implements Event {}

    record Told(String line) implements Event {}

    record Interrupted(int times) implements Event {}
  }

  private enum Phase {
    GOING,
    STOPPED,
    ABORTED,
    UNREAD,
    DRAINED
  }

  private final Job job;
  private final Inputs inputs;
  private final Terminal terminal;
  private final Progress progress;
  private final Report report = new Report();
  private final InputOrder<Ended> order;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Semaphore wanted;
  private final CountDownLatch over = new CountDownLatch(1);
  private final Map<Integer, TaskFuture<Answer>> running = new HashMap<>();

  private Phase phase = Phase.GOING;
  private Counts counts = Counts.NONE;
  private boolean reading = true;
  private int next;
  private int owed;

  Run(Job job, Inputs inputs, Results results, Terminal terminal) {
    this.job = job;
    this.inputs = inputs;
    this.terminal = terminal;
    this.progress = new Progress(terminal.err(), terminal.live());
    this.wanted = new Semaphore(job.workers());
    this.order =
        new InputOrder<>(
            Ended::weight,
            ended -> {
              progress.clear();
              results.add(ended);
              Failure.of(ended).ifPresent(report::add);
            });
  }

  /**
   * Runs the job to its end, which it prints.
   *
   * @return the exit status
   * @throws UsageException if a setting is out of range
   * @throws InterruptedException if the thread is interrupted; all work is then ended
   */
  int run() throws InterruptedException {
    try (ProcessPool pool = job.open(memoryNews());
        Interrupts _ = Interrupts.take(times -> interrupted(times, pool))) {
      inputs.read(
          wanted,
          input -> events.add(new Event.Read(input)),
          problem -> events.add(new Event.AllRead(problem)));
      while (reading || !running.isEmpty()) {
        Event event = events.poll();
        if (event == null) {
          terminal.out().flush();
          event = events.poll(progress.patienceNanos(), TimeUnit.NANOSECONDS);
        }
        if (event != null) {
          handle(event, pool);
        }
        if (terminal.out().checkError()) {
          end(Phase.ABORTED, "aborted: stdout was closed", pool);
        }
        progress.show(counts, inputs.total());
      }
    } catch (InterruptedException e) {
      running.values().forEach(future -> future.cancel(true));
      throw e;
    } finally {
      over.countDown();
    }
    terminal.out().flush();
    progress.clear();
    report.print(terminal.err(), counts, progress.elapsed());
    return status();
  }

  private MemoryNews memoryNews() {
    return new MemoryNews(job.beginningOfNames(), line -> events.add(new Event.Told(line)));
  }

  /** Runs on a thread of the JVM's. Whatever the run hangs on, a second SIGINT ends it. */
  private void interrupted(int times, ProcessPool pool) {
    events.add(new Event.Interrupted(times));
    if (times == 2) {
      pool.shutdownNow();
      Thread.ofPlatform().daemon().name("outlive-cli-last-way-out").start(this::haltUnlessOver);
    }
  }

  private void haltUnlessOver() {
    try {
      if (!over.await(LAST_WAY_OUT.toMillis(), TimeUnit.MILLISECONDS)) {
        Runtime.getRuntime().halt(ExitStatus.INTERRUPTED);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void handle(Event event, ProcessPool pool) {
    switch (event) {
      case Event.Read read -> begin(read.input(), pool);
      case Event.AllRead all -> allRead(all.problem());
      case Event.Finished finished -> finished(finished, pool);
      case Event.Told told -> progress.say(told.line());
      case Event.Interrupted interrupt -> drain(interrupt.times());
    }
  }

  private void begin(String input, ProcessPool pool) {
    if (!reading) {
      return;
    }
    int index = next++;
    TaskFuture<Answer> future;
    try {
      future =
          pool.submit(new MethodCall(job.method(), input), TaskOptions.named(job.nameFor(input)));
    } catch (RejectedExecutionException e) {
      end(Phase.ABORTED, "aborted: " + e.getMessage(), pool);
      return;
    }
    running.put(index, future);
    counts = counts.begun();
    var _ =
        future.whenComplete(
            (answer, error) -> events.add(new Event.Finished(index, input, future)));
  }

  private void allRead(@Nullable IOException problem) {
    if (reading && problem != null) {
      progress.say("the inputs cannot be read: " + problem);
      phase = Phase.UNREAD;
    }
    reading = false;
  }

  private void finished(Event.Finished finished, ProcessPool pool) {
    running.remove(finished.index());
    Ended ended = new Ended(finished.index(), finished.input(), finished.future().outcome());
    counts = counts.ended(ended.outcome());
    order.add(ended.index(), ended);
    letRead();
    Failure.of(ended).ifPresent(failure -> failed(failure, pool));
  }

  /** While one input takes its time, those behind it must not fill the memory with results. */
  private void letRead() {
    owed++;
    if (order.weight() < MOST_WAITING_BYTES) {
      wanted.release(owed);
      owed = 0;
    }
  }

  private void failed(Failure failure, ProcessPool pool) {
    if (failure.cause().equals(Failure.POOL_BROKEN)) {
      end(Phase.ABORTED, "aborted: " + failure.message(), pool);
      return;
    }
    if (failure.kind() == Cause.Kind.OURS) {
      return;
    }
    FailurePolicy policy = job.policies().after(failure);
    String what = Report.inputForShow(failure.input()) + ": " + failure.cause();
    switch (policy) {
      case SKIP -> progress.say(what);
      case FAIL -> end(Phase.STOPPED, "stopped, since " + what, pool);
      case ABORT -> end(Phase.ABORTED, "aborted, since " + what, pool);
    }
  }

  /** Ends the run now, unless something else has ended it before. */
  private void end(Phase why, String line, ProcessPool pool) {
    if (phase != Phase.GOING) {
      return;
    }
    phase = why;
    progress.say(line);
    reading = false;
    pool.shutdownNow();
  }

  private void drain(int times) {
    reading = false;
    if (times == 1) {
      running.values().forEach(future -> future.cancel(false));
      long begun = running.values().stream().filter(future -> !future.isDone()).count();
      progress.say("interrupted: " + begun + " running inputs will finish; again to stop at once");
    }
    if (phase == Phase.GOING) {
      phase = Phase.DRAINED;
    }
  }

  private int status() {
    return switch (phase) {
      case GOING -> counts.failed() == 0 ? ExitStatus.ALL_DONE : ExitStatus.SOME_FAILED;
      case STOPPED -> ExitStatus.SOME_FAILED;
      case ABORTED -> ExitStatus.ABORTED;
      case UNREAD -> ExitStatus.USAGE;
      case DRAINED -> ExitStatus.INTERRUPTED;
    };
  }
}
