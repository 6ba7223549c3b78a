package dev.outlive.internal.pool;

import dev.outlive.task.TaskOutput;
import dev.outlive.task.TaskStream;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The end of what one attempt, or all of a run, has printed. Safe for use by many threads. */
final class AttemptOutput {
  private static final int KEPT_BYTES = 64 << 10;
  private static final byte[] LINE_END = {'\n'};

  private final boolean shared;
  private int open; // guarded by this: deliveries that may still print
  private @Nullable LastBytes out; // guarded by this
  private @Nullable LastBytes err; // guarded by this

  /**
   * Creates one.
   *
   * @param shared whether several deliveries print to it, whose lines are to be kept apart
   */
  AttemptOutput(boolean shared) {
    this.shared = shared;
  }

  /** One more delivery may print. */
  synchronized void opened() {
    open++;
  }

  /** All that one of them has printed is here. */
  synchronized void closed() {
    open--;
    if (open == 0) {
      notifyAll();
    }
  }

  /** Takes whole lines, or the last of a delivery without its end. */
  synchronized void add(TaskStream stream, byte[] bytes, int from, int to) {
    LastBytes last = of(stream);
    if (last == null) {
      last = new LastBytes(KEPT_BYTES);
      switch (stream) {
        case OUT -> out = last;
        case ERR -> err = last;
      }
    }
    if (shared && !last.endsLine()) {
      last.add(LINE_END, 0, 1);
    }
    last.add(bytes, from, to);
  }

  private @Nullable LastBytes of(TaskStream stream) {
    return switch (stream) {
      case OUT -> out;
      case ERR -> err;
    };
  }

  /** Returns what there is. */
  synchronized TaskOutput read() {
    LastBytes first = out;
    LastBytes second = err;
    return new TaskOutput(
        first == null ? "" : first.text(),
        second == null ? "" : second.text(),
        first == null ? 0 : first.dropped(),
        second == null ? 0 : second.dropped());
  }

  /** Returns what there is once it is complete, or the time is over, or the caller interrupted. */
  synchronized TaskOutput readWhole(long nanos) {
    long until = System.nanoTime() + nanos;
    try {
      while (open > 0) {
        long left = until - System.nanoTime();
        if (left <= 0) {
          break;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return read();
  }
}
