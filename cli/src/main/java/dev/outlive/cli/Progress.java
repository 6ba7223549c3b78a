package dev.outlive.cli;

import java.io.PrintStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Says how far a run is: a line rewritten in place on a terminal, else a line for every hundred
 * inputs, though at most one a second, and every five seconds. Confined to one thread.
 */
final class Progress {
  private static final long LIVE_NANOS = Duration.ofMillis(100).toNanos();
  private static final long PLAIN_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long STEP_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int STEP = 100;
  private static final int WIDTH = 79;
  private static final String ERASE = "\r\033[K";

  private final PrintStream err;
  private final boolean live;
  private final long started = System.nanoTime();
  private long shownAt = started;
  private long shownSteps;
  private boolean drawn;

  /**
   * Creates one.
   *
   * @param live whether {@code err} is a terminal
   */
  Progress(PrintStream err, boolean live) {
    this.err = err;
    this.live = live;
  }

  /** Returns how long to wait, at most, until {@link #show} is called again. */
  long patienceNanos() {
    return live ? LIVE_NANOS : PLAIN_NANOS;
  }

  /** Shows the counts, if it is time to. */
  void show(Counts counts, @Nullable Integer total) {
    long now = System.nanoTime();
    long steps = counts.ended() / STEP;
    long pause = !live && steps > shownSteps ? STEP_NANOS : patienceNanos();
    boolean due = now - shownAt >= pause;
    if (!due) {
      return;
    }
    shownAt = now;
    shownSteps = steps;
    String line =
        "outlive: %d%s done, %d failed, %d running, %d s"
            .formatted(
                counts.done(),
                total == null ? "" : " of " + total,
                counts.failed(),
                counts.running(),
                Duration.ofNanos(now - started).toSeconds());
    if (live) {
      err.print(ERASE + line.substring(0, Math.min(line.length(), WIDTH)));
      err.flush();
      drawn = true;
    } else {
      err.println(line);
    }
  }

  /** Makes room for other output. */
  void clear() {
    if (drawn) {
      err.print(ERASE);
      err.flush();
      drawn = false;
    }
  }

  /** Prints a line of its own. */
  void say(String line) {
    clear();
    err.println("outlive: " + line);
  }

  /** Returns the time since this was created. */
  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - started);
  }
}
