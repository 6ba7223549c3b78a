package dev.outlive.internal.pool;

import dev.outlive.task.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The decoding of one item's verdict, on the user thread that does it: either it ends, or it is
 * given up as too slow, never both.
 */
final class Decoding {
  final int item;
  final Verdict verdict;
  final long limitNanos;
  private final Thread thread = Thread.currentThread();
  private final long began = System.nanoTime();
  private boolean over; // guarded by this

  /** Begins, on this thread. */
  Decoding(int item, Verdict verdict, long limitNanos) {
    this.item = item;
    this.verdict = verdict;
    this.limitNanos = limitNanos;
  }

  /** Ends, on its thread; returns false if it was given up: then nobody wants what it brought. */
  synchronized boolean end() {
    boolean inTime = !over;
    over = true;
    if (!inTime) {
      Thread.interrupted(); // was meant for what it decoded
    }
    return inTime;
  }

  /**
   * What was seen of a decoding that is given up.
   *
   * @param tookNanos how long it had taken until then
   * @param thread its thread's name
   * @param stack its thread's stack
   */
  record TooSlow(Decoding decoding, long tookNanos, String thread, List<StackTraceElement> stack) {
    String inWords(long bytes) {
      return " ("
          + new Bytes(bytes)
          + ") was not decoded after "
          + Verdicts.seconds(Duration.ofNanos(tookNanos))
          + ", the limit is "
          + Verdicts.seconds(Duration.ofNanos(decoding.limitNanos))
          + ". Look for code that takes part in decoding (readObject, readResolve, hashCode,"
          + " compareTo) and waits or spins; the cause shows where it was";
    }

    Throwable asCause() {
      TimeoutException cause = new TimeoutException("thread " + thread + " was here");
      cause.setStackTrace(stack.toArray(StackTraceElement[]::new));
      return cause;
    }
  }

  /** Gives it up, and interrupts its thread, if it has taken too long. Returns null if not. */
  synchronized @Nullable TooSlow giveUpIfTooSlow(long now) {
    if (over || now - began < limitNanos) {
      return null;
    }
    over = true;
    TooSlow seen =
        new TooSlow(this, now - began, thread.getName(), List.of(thread.getStackTrace()));
    thread.interrupt();
    return seen;
  }
}
