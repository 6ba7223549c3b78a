package dev.outlive.systemtests.chaos;

import dev.outlive.systemtests.chaos.Invariant.Violation;
import dev.outlive.task.TaskRecord.Ending;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All rounds of a scenario, each checked as soon as it is over, and their figures. */
final class Run {
  private static final int SHOWN = 20;

  private final Scenario scenario;
  private final boolean whole;
  private final long seed;
  private final Path directory;
  private final Flatness flatness = new Flatness();
  private final Map<Kind, Integer> dealt = new EnumMap<>(Kind.class);
  private final Map<Ending, Integer> endings = new EnumMap<>(Ending.class);
  private final long start = System.nanoTime();
  private int rounds;
  private int tasks;
  private int lost;
  private long lostWithResult;
  private long longestGap;

  Run(Scenario scenario, boolean whole, long seed, Path directory) {
    this.scenario = scenario;
    this.whole = whole;
    this.seed = seed;
    this.directory = directory;
  }

  /**
   * Has all rounds.
   *
   * @throws AssertionError if an invariant does not hold; it says how to have that round again
   */
  void go() throws Exception {
    Plan plan = scenario.plan(whole);
    for (rounds = 0; rounds < plan.rounds(); rounds++) {
      long roundSeed = rounds == 0 ? seed : seed * 1_000_003 + rounds;
      Books books = Books.in(directory.resolve("round-" + rounds));
      if (scenario.inChild()) {
        Child.round(scenario, whole, roundSeed, books);
      } else {
        Storm.round(plan, scenario.disturbances(), roundSeed, books, Fault.Type.NONE);
      }
      Evidence evidence = Evidence.of(books);
      count(evidence);
      demand(Invariant.check(evidence, scenario.rules(whole)), roundSeed, books);
      delete(books.directory());
      flatness.look();
    }
    demand(flatness.broken(), seed, new Books(directory));
  }

  private void count(Evidence evidence) {
    tasks += evidence.submitted().size();
    evidence.dealt().forEach((kind, count) -> dealt.merge(kind, count, Integer::sum));
    evidence.ends().values().stream()
        .flatMap(List::stream)
        .forEach(end -> endings.merge(end.ending(), 1, Integer::sum));
    lost += evidence.losses().values().stream().mapToInt(List::size).sum();
    lostWithResult += evidence.lostWithResult();
    longestGap = Math.max(longestGap, Invariant.longestGap(evidence));
  }

  private void demand(List<Violation> violations, long roundSeed, Books books) {
    if (!violations.isEmpty()) {
      List<String> words = new ArrayList<>();
      violations.stream().limit(SHOWN).forEach(violation -> words.add(violation.toString()));
      throw new AssertionError(
          scenario
              + ", round "
              + (rounds + 1)
              + " of seed "
              + seed
              + ": "
              + violations.size()
              + " violations\n  "
              + String.join("\n  ", words)
              + "\nledgers: "
              + books.directory()
              + "\nagain: mvn -P chaos -pl system-tests -am verify -Doutlive.chaos.seed="
              + scenario
              + ":"
              + roundSeed);
    }
  }

  /** Returns a row of a table in Markdown. */
  String row() {
    return String.join(
        " | ",
        "| " + scenario,
        Long.toString(seed),
        Integer.toString(rounds),
        Integer.toString(tasks),
        dealt.toString().replaceAll("[{}]", ""),
        endings.toString().replaceAll("[{}]", ""),
        Integer.toString(lost),
        Long.toString(lostWithResult),
        longestGap + " ms",
        scenario.inChild() ? "-" : flatness.toString(),
        (System.nanoTime() - start) / 1_000_000_000 + " s |");
  }

  static final String HEADING =
      """
      | run | seed | rounds | tasks | dealt | ends | attempts lost | with a finished result | longest gap | rises | duration |
      |---|---|---|---|---|---|---|---|---|---|---|
      """;

  static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      all.sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
