package dev.outlive.cli;

import dev.outlive.cli.Check.Group;
import dev.outlive.cli.Check.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How checks are printed.
 *
 * <pre>
 *   on a terminal                                  else, a line for each, between tabs
 *     ok    what      what is there                  ok   what   what is there   so what follows
 *                     so what follows                note what   what is there   so what follows. What to do.
 *     note  what      what is there
 *                     so what follows
 *                     -> what to do
 * </pre>
 */
final class DoctorTable {
  private static final int NARROWEST = 60;
  private static final int WIDEST = 120;
  private static final String GAP = "  ";

  private DoctorTable() {}

  /**
   * Returns the lines of a table with headings.
   *
   * @param columns how wide the terminal is
   */
  static List<String> forTerminal(List<Check> checks, int columns) {
    int width = Math.clamp(columns, NARROWEST, WIDEST);
    int state = widest(checks.stream().map(check -> check.state().word()).toList());
    int name = widest(checks.stream().map(Check::name).toList());
    String indent = " ".repeat(state + name + 2 * GAP.length());
    List<String> lines = new ArrayList<>();
    for (Group group : Group.values()) {
      List<Check> its = checks.stream().filter(check -> check.group() == group).toList();
      if (its.isEmpty()) {
        continue;
      }
      lines.add(group.title());
      for (Check check : its) {
        String head = padded(check.state().word(), state) + GAP + padded(check.name(), name) + GAP;
        List<String> texts = texts(check, width - indent.length());
        for (String text : texts) {
          lines.add((head + text).stripTrailing());
          head = indent;
        }
      }
      lines.add("");
    }
    lines.add(verdict(checks));
    return List.copyOf(lines);
  }

  private static List<String> texts(Check check, int width) {
    List<String> texts = new ArrayList<>(wrapped(check.found(), "", width));
    texts.addAll(wrapped("so " + check.so(), "   ", width));
    if (!check.cure().isEmpty()) {
      texts.addAll(wrapped("-> " + check.cure(), "   ", width));
    }
    return texts;
  }

  /** Returns a line for each check, for programs that work with lines. */
  static List<String> plain(List<Check> checks) {
    return checks.stream()
        .map(
            check ->
                String.join(
                    "\t",
                    check.state().word(),
                    check.name(),
                    check.found(),
                    "so " + check.so() + (check.cure().isEmpty() ? "" : ". " + check.cure())))
        .toList();
  }

  /** Returns an object for each check. */
  static List<String> json(List<Check> checks) {
    return checks.stream()
        .map(
            check ->
                new Json()
                    .with("check", check.name())
                    .with("about", check.group().name().toLowerCase(Locale.ROOT))
                    .with("state", check.state().name().toLowerCase(Locale.ROOT))
                    .with("found", check.found())
                    .with("so", check.so())
                    .with("cure", check.cure())
                    .toString())
        .toList();
  }

  private static String verdict(List<Check> checks) {
    long missing = checks.stream().filter(check -> check.state() == State.MISSING).count();
    long notes = checks.stream().filter(check -> check.state() == State.NOTE).count();
    String more = notes == 0 ? "" : notes == 1 ? ", 1 note" : ", " + notes + " notes";
    return missing == 0
        ? "All that is needed is here" + more + "."
        : missing + " of what is needed is missing" + more + ".";
  }

  /** Breaks a text between words; a word that is too long by itself, such as a path, anywhere. */
  private static List<String> wrapped(String text, String indent, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    boolean begun = false; // whether the line has a word
    for (String word : text.split(" ", -1)) {
      if (begun && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line = new StringBuilder(indent);
        begun = false;
      }
      line.append(begun ? " " : "");
      String rest = word;
      for (int room = width - line.length(); rest.length() > room; room = width - line.length()) {
        lines.add(line + rest.substring(0, room));
        rest = rest.substring(room);
        line = new StringBuilder(indent);
      }
      line.append(rest);
      begun = true;
    }
    lines.add(line.toString());
    return lines;
  }

  private static int widest(List<String> texts) {
    return texts.stream().mapToInt(String::length).max().orElse(0);
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
