package dev.outlive.internal.pool;

import dev.outlive.monitor.OutputLine;
import dev.outlive.spi.OutputObserver;
import dev.outlive.task.TaskStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Gives what a worker prints to whom it belongs. Deliveries are expected in the order in which they
 * were sent, which is that in which the worker comes to them: where one has begun, those before it
 * print no more. What the worker says is not trusted: a delivery that is not expected is nobody's.
 */
final class WorkerOutput implements OutputObserver {
  /** So many may be sent before the first is heard of; those that are older are given up. */
  private static final int MOST_EXPECTED = 4_096;

  private final int worker;
  private final boolean kept;
  private final @Nullable SinkFeed feed;
  private final WholeLines out = new WholeLines(); // the reader's thread only
  private final WholeLines err = new WholeLines(); // the reader's thread only

  private final Object lock = new Object();
  private final Deque<Printing> expected = new ArrayDeque<>(); // guarded by lock
  private @Nullable Printing now; // guarded by lock

  /** A delivery that prints, or is going to. */
  private static final class Printing {
    private final long delivery;
    private final long task;
    private final int attempt;
    private @Nullable AttemptOutput open; // guarded by lock
    private final @Nullable AttemptOutput output;

    Printing(long delivery, long task, int attempt, @Nullable AttemptOutput output) {
      this.delivery = delivery;
      this.task = task;
      this.attempt = attempt;
      this.output = output;
      this.open = output;
    }

    void close() {
      if (open != null) {
        open.closed();
        open = null;
      }
    }
  }

  /**
   * Creates one.
   *
   * @param kept whether anything is kept for futures
   * @param feed gets all lines; null: nobody does
   */
  WorkerOutput(int worker, boolean kept, @Nullable SinkFeed feed) {
    this.worker = worker;
    this.kept = kept;
    this.feed = feed;
  }

  /** A delivery is about to be sent; under the supervisor's lock. */
  void expect(Effect.Deliver order, @Nullable CapturedOutput captured) {
    AttemptOutput output = kept && captured != null ? captured.delivered() : null;
    if (output == null && feed == null) {
      return;
    }
    synchronized (lock) {
      if (expected.size() == MOST_EXPECTED) {
        expected.removeFirst().close();
      }
      expected.addLast(new Printing(order.delivery(), order.task(), order.attempt(), output));
    }
  }

  /** The worker is dead: nobody waits for what it may still have printed. */
  void gone() {
    synchronized (lock) {
      closeNow();
      expected.forEach(Printing::close);
    }
  }

  // ---- on the thread that reads

  @Override
  public void printing(long delivery) {
    flush();
    synchronized (lock) {
      closeNow();
      now = null;
      if (expected.stream().anyMatch(printing -> printing.delivery == delivery)) {
        Printing next = expected.removeFirst();
        while (next.delivery != delivery) {
          next.close();
          next = expected.removeFirst();
        }
        now = next;
      }
    }
  }

  private void closeNow() {
    if (now != null) {
      now.close();
    }
  }

  @Override
  public void printed(TaskStream stream, byte[] bytes, int from, int to) {
    Printing whose = whose();
    if (feed != null || (whose != null && whose.output != null)) {
      lines(stream).add(bytes, from, to, (block, a, b) -> take(whose, stream, block, a, b));
    }
  }

  @Override
  public void ended() {
    flush();
    gone();
  }

  private void flush() {
    Printing whose = whose();
    for (TaskStream stream : TaskStream.values()) {
      lines(stream).flush((block, a, b) -> take(whose, stream, block, a, b));
    }
  }

  private @Nullable Printing whose() {
    synchronized (lock) {
      return now;
    }
  }

  private WholeLines lines(TaskStream stream) {
    return switch (stream) {
      case OUT -> out;
      case ERR -> err;
    };
  }

  private void take(@Nullable Printing whose, TaskStream stream, byte[] bytes, int from, int to) {
    if (whose != null && whose.output != null) {
      whose.output.add(stream, bytes, from, to);
    }
    if (feed != null) {
      tell(feed, whose, stream, bytes, from, to);
    }
  }

  private void tell(
      SinkFeed to, @Nullable Printing whose, TaskStream stream, byte[] bytes, int from, int end) {
    int begin = from;
    for (int at = from; at < end; at++) {
      if (bytes[at] == '\n') {
        tellLine(to, whose, stream, bytes, begin, at);
        begin = at + 1;
      }
    }
    if (begin < end) {
      tellLine(to, whose, stream, bytes, begin, end);
    }
  }

  private void tellLine(
      SinkFeed to, @Nullable Printing whose, TaskStream stream, byte[] bytes, int from, int end) {
    int last = end > from && bytes[end - 1] == '\r' ? end - 1 : end;
    to.offer(
        new OutputLine(
            worker,
            whose == null ? 0 : whose.task,
            whose == null ? 0 : whose.attempt,
            stream,
            new String(bytes, from, last - from, StandardCharsets.UTF_8),
            0));
  }
}
