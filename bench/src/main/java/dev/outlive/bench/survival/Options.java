package dev.outlive.bench.survival;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What the command line asks for.
 *
 * @param contenders which columns
 * @param rows which rows
 * @param times how often each
 * @param faulty whether Outlive is wrapped in each row's fault
 * @param markdown where the table goes beside stdout
 * @param json where all that was seen goes
 */
record Options(
    Set<Contender> contenders,
    Set<Row> rows,
    int times,
    boolean faulty,
    Optional<Path> markdown,
    Optional<Path> json) {
  static final String USAGE =
      """
      usage: bench/survival [--only CONTENDER,…] [--rows ROW,…] [--times N] [--fault ROW,… | --faults]
                            [--markdown FILE] [--json FILE]
        --only      columns: %s
        --rows      rows: %s
        --times     how often each scenario is played (1)
        --fault     plays those rows against Outlive wrapped in their fault: each must turn red
        --faults    the same for all rows
      Exit status: 0 if Outlive is green in every row (with faults: red in every row), 1 if not, 2 for usage.
      """
          .formatted(
              String.join(", ", Arrays.stream(Contender.values()).map(one -> one.id).toList()),
              String.join(", ", Arrays.stream(Row.values()).map(Row::id).toList()));

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException if it is none, with words for the user
   */
  static Options parse(List<String> arguments) {
    Set<Contender> contenders = EnumSet.allOf(Contender.class);
    Set<Row> rows = EnumSet.allOf(Row.class);
    int times = 1;
    boolean faulty = false;
    Optional<Path> markdown = Optional.empty();
    Optional<Path> json = Optional.empty();
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      switch (option) {
        case "--only" -> contenders = EnumSet.copyOf(all(option, rest, Contender::named));
        case "--rows" -> rows = EnumSet.copyOf(all(option, rest, Row::named));
        case "--fault" -> {
          rows = EnumSet.copyOf(all(option, rest, Row::named));
          faulty = true;
        }
        case "--faults" -> faulty = true;
        case "--times" -> times = times(value(option, rest));
        case "--markdown" -> markdown = Optional.of(Path.of(value(option, rest)));
        case "--json" -> json = Optional.of(Path.of(value(option, rest)));
        default -> throw new IllegalArgumentException("there is no option \"" + option + "\"");
      }
    }
    if (faulty) {
      contenders = EnumSet.of(Contender.OUTLIVE);
    }
    return new Options(contenders, rows, times, faulty, markdown, json);
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return rest.next();
  }

  private static <T> List<T> all(
      String option, Iterator<String> rest, Function<String, Optional<T>> named) {
    List<T> found = new ArrayList<>();
    for (String name : value(option, rest).split(",", -1)) {
      found.add(
          named
              .apply(name)
              .orElseThrow(
                  () -> new IllegalArgumentException(option + ": there is no \"" + name + "\"")));
    }
    return found;
  }

  private static int times(String text) {
    if (!text.matches("[1-9][0-9]{0,3}")) {
      throw new IllegalArgumentException("--times must be 1..9999, times=" + text);
    }
    return Integer.parseInt(text);
  }
}
