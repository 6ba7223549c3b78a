package dev.outlive.cli;

import dev.outlive.failure.Cause;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The table of failures and the counts, at the end of a run. Confined to one thread. */
final class Report {
  private static final int MOST_ROWS = 1_000;
  private static final int WIDEST_INPUT = 60;
  private static final int WIDEST_PHRASE = 1_000;
  private static final double MILLIS = 1_000;

  private final List<Failure> rows = new ArrayList<>();
  private int more;

  /** Takes a failure; one of our own making, such as a cancellation, is no row. */
  void add(Failure failure) {
    if (failure.kind() == Cause.Kind.OURS) {
      return;
    }
    if (rows.size() < MOST_ROWS) {
      rows.add(failure);
    } else {
      more++;
    }
  }

  /** Prints the table, if there is a row, and the counts. */
  void print(PrintStream err, Counts counts, Duration elapsed) {
    if (!rows.isEmpty()) {
      table(err);
      advise(err);
    }
    String cancelled = counts.cancelled() == 0 ? "" : ", " + counts.cancelled() + " cancelled";
    err.println(
        "outlive: %d done, %d failed%s, %s"
            .formatted(counts.done(), counts.failed(), cancelled, seconds(elapsed)));
  }

  private void table(PrintStream err) {
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"input", "cause", "attempts", "what happened"});
    for (Failure row : rows) {
      lines.add(
          new String[] {
            inputForShow(row.input()),
            causeForShow(row),
            Integer.toString(row.attempts()),
            head(printable(row.phrase()), WIDEST_PHRASE)
          });
    }
    int[] widths = new int[3];
    for (String[] line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line[i].codePointCount(0, line[i].length()));
      }
    }
    for (String[] line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        int length = line[i].codePointCount(0, line[i].length());
        text.append(line[i]).append(" ".repeat(widths[i] - length + 2));
      }
      err.println(text.append(line[widths.length]));
    }
    if (more > 0) {
      err.println("... and " + more + " more");
    }
  }

  /** Says once for each cause what to do about it. */
  private void advise(PrintStream err) {
    Map<String, Set<String>> advice = new LinkedHashMap<>();
    for (Failure row : rows) {
      if (!row.advice().isEmpty()) {
        advice.computeIfAbsent(row.cause(), cause -> new LinkedHashSet<>()).add(row.advice());
      }
    }
    int width = advice.keySet().stream().mapToInt(String::length).max().orElse(0);
    if (width > 0) {
      err.println();
      err.println("what to do");
    }
    advice.forEach(
        (cause, sentences) ->
            err.println(
                cause
                    + " ".repeat(width - cause.length() + 2)
                    + head(printable(String.join(" ", sentences)), WIDEST_PHRASE)));
  }

  /** Proven is what one expects. */
  private static String causeForShow(Failure row) {
    return switch (row.certainty()) {
      case PROVEN -> row.cause();
      case LIKELY -> row.cause() + " (likely)";
      case UNKNOWN -> row.cause() + (row.cause().equals("UNKNOWN") ? "" : " (unknown)");
    };
  }

  /** Returns an input as it may stand in a line: its end, which tells most about a path. */
  static String inputForShow(String input) {
    String text = printable(input);
    int length = text.codePointCount(0, text.length());
    return length <= WIDEST_INPUT
        ? text
        : "..." + text.substring(text.offsetByCodePoints(0, length - WIDEST_INPUT + 3));
  }

  /** Returns the beginning of a text, with dots if that is not all. */
  static String head(String text, int most) {
    return text.codePointCount(0, text.length()) <= most
        ? text
        : text.substring(0, text.offsetByCodePoints(0, most - 3)) + "...";
  }

  /** A terminal obeys control characters, so none of them is printed as it is. */
  private static String printable(String text) {
    StringBuilder printable = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c)) {
                printable.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                printable.appendCodePoint(c);
              }
            });
    return printable.toString();
  }

  /** Returns {@code 3 s} or {@code 0.5 s}. */
  static String seconds(Duration time) {
    long millis = time.toMillis();
    return millis % MILLIS == 0
        ? time.toSeconds() + " s"
        : String.format(Locale.ROOT, "%.1f s", millis / MILLIS);
  }
}
