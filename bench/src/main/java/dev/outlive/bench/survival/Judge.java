package dev.outlive.bench.survival;

import java.util.Locale;

/** Judges what was seen in a scenario, by one criterion for all contenders. */
@FunctionalInterface
interface Judge {
  /** Whoever tells at all is within it, even where ten others want each processor. */
  double SOON_MILLIS = 250;

  int DIGITS_BELOW = 10;
  int MILLIS_PER_SECOND = 1000;

  Verdict of(Observations seen);

  /** The injured task fails in its caller's hands, within the limit of {@link News}. */
  static Verdict told(Observations seen) {
    return Verdict.of(isTold(seen), news(seen));
  }

  /** As {@link #told}, soon. */
  static Verdict toldSoon(Observations seen) {
    double millis = seen.number("newsMillis").orElse(Double.MAX_VALUE);
    return isTold(seen)
        ? Verdict.of(millis <= SOON_MILLIS, duration(millis))
        : Verdict.red(news(seen));
  }

  /** As {@link #told}, and the task that comes next has its result. */
  static Verdict toldAndGoesOn(Observations seen) {
    if (!isTold(seen)) {
      return Verdict.red(news(seen));
    }
    return Verdict.of(nextHasResult(seen), "told, " + next(seen));
  }

  /** The task that comes next has its result, whatever became of the injured one. */
  static Verdict goesOn(Observations seen) {
    return Verdict.of(nextHasResult(seen), next(seen));
  }

  /** No innocent task is lost. */
  static Verdict noneLost(Observations seen) {
    long lost = (long) seen.number("lost").orElse(Deaths.INNOCENTS);
    return Verdict.of(lost == 0, lost == 0 ? "none" : "%d of %d".formatted(lost, Deaths.INNOCENTS));
  }

  /** All that was asked is answered. */
  static Verdict allAnswered(Observations seen) {
    long asked = (long) seen.number("asked").orElse(1);
    long answered = (long) seen.number("answered").orElse(0);
    return Verdict.of(
        answered == asked,
        answered == asked ? "goes on" : "%d of %d tasks lost".formatted(asked - answered, asked));
  }

  /** All that was asked is answered, and told to its callback. */
  static Verdict allCalled(Observations seen) {
    long asked = (long) seen.number("asked").orElse(1);
    long called = (long) seen.number("called").orElse(0);
    Verdict answered = allAnswered(seen);
    if (!answered.isGreen()) {
      return answered;
    }
    return Verdict.of(
        called == asked,
        called == asked ? "goes on" : "%d of %d callbacks lost".formatted(asked - called, asked));
  }

  static Verdict gone(Observations seen) {
    boolean gone = seen.is("gone");
    return Verdict.of(gone, gone ? "gone" : "lives on");
  }

  static Verdict noneLeft(Observations seen) {
    long left = (long) seen.number("left").orElse(1);
    return Verdict.of(left == 0, left == 0 ? "none" : left + " left");
  }

  /** The caller is told, and the task has ended. */
  static Verdict ended(Observations seen) {
    if (!isTold(seen)) {
      return Verdict.red(news(seen));
    }
    String after = duration(seen.number("newsMillis").orElse(0));
    return Verdict.of(
        seen.is("ended"), seen.is("ended") ? "ended in " + after : "told, but it runs on");
  }

  /** Whoever takes the lock next has it, or is told why not. */
  static Verdict lockFree(Observations seen) {
    String lock = seen.text("lock").orElse("stuck");
    return Verdict.of(
        !lock.equals("stuck"),
        switch (lock) {
          case "told" -> "told";
          case "got" -> "free";
          default -> "stuck for ever";
        });
  }

  private static boolean isTold(Observations seen) {
    return seen.text("news").orElse("").equals("failure");
  }

  private static String news(Observations seen) {
    return switch (seen.text("news").orElse("none")) {
      case "failure" -> "told in " + duration(seen.number("newsMillis").orElse(0));
      case "result" -> "taken for a result";
      default -> "hangs";
    };
  }

  private static boolean nextHasResult(Observations seen) {
    return seen.text("next").orElse("").equals("result");
  }

  private static String next(Observations seen) {
    return switch (seen.text("next").orElse("none")) {
      case "result" -> "goes on";
      case "failure" -> "pool broken";
      default -> "pool hangs";
    };
  }

  private static String duration(double millis) {
    if (millis >= MILLIS_PER_SECOND) {
      return String.format(Locale.ROOT, "%.1f s", millis / MILLIS_PER_SECOND);
    }
    return String.format(Locale.ROOT, millis < DIGITS_BELOW ? "%.1f ms" : "%.0f ms", millis);
  }
}
