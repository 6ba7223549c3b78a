package dev.outlive.bench.growth;

import java.util.Locale;
import java.util.stream.LongStream;

/** What grows, how far, and what is timed at each point; two workers, where they do not grow. */
enum Axis {
  TASKS(
      "tasks",
      "us a task",
      10_000_000,
      100_000,
      "No-op inputs through pool.stream in chunks of 100, consumed as they come, after 20,000 to"
          + " warm up: from the call to the last output, divided by the inputs. The stream is"
          + " bounded, so memory is due to stay flat.",
      false),
  WORKERS(
      "workers",
      "us a task",
      64,
      8,
      "2,000 no-ops one by one through a pool of that many workers, which have all started and have"
          + " each had a task; from the first submit to the last result, divided by the tasks. The"
          + " machine has fewer processors than 64, so more workers bring nothing here: they are"
          + " due to cost little.",
      false),
  RESULT(
      "bytes of a result",
      "ms a result",
      1_000_000_000,
      10_000_000,
      "A byte[] of that size, made by the task, one worker: from submit to the array in the"
          + " caller's hands, the median of up to five, after one that does not count. Memory is"
          + " due to grow by the result and what carries it.",
      true),
  QUEUE(
      "futures in the queue",
      "us a future",
      1_000_000,
      10_000,
      "Two tasks hold the two workers while so many are submitted behind them: the time of the"
          + " submits (up to 1,000 the middle one of five), and after that of the way out, from the"
          + " release to the last result; heap with all of them waiting. The pool's queueLimit is"
          + " raised for that: by default submit blocks at 256 MiB.",
      false);

  private final String title;
  private final String unit;
  private final long most;
  private final long quickMost;
  private final String timed;
  private final boolean linear;

  Axis(String title, String unit, long most, long quickMost, String timed, boolean linear) {
    this.title = title;
    this.unit = unit;
    this.most = most;
    this.quickMost = quickMost;
    this.timed = timed;
    this.linear = linear;
  }

  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  String title() {
    return title;
  }

  String unit() {
    return unit;
  }

  String timed() {
    return timed;
  }

  /** Whether time is due to grow with it, rather than to stay. */
  boolean linear() {
    return linear;
  }

  /** Workers double, all else grows tenfold; a result may also be of one byte alone. */
  LongStream points(boolean quick) {
    long last = quick ? quickMost : most;
    return LongStream.iterate(1, n -> n <= last, n -> n * (this == WORKERS ? 2 : 10));
  }
}
