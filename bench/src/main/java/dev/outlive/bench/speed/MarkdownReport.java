package dev.outlive.bench.speed;

import static java.util.stream.Collectors.joining;

import java.util.Map;
import java.util.Optional;

/** A run as a page of Markdown: the goals first, then each measurement whole. */
final class MarkdownReport {
  private final Run run;
  private final Results results;
  private final StringBuilder page = new StringBuilder();

  private MarkdownReport(Run run) {
    this.run = run;
    this.results = run.results();
  }

  static String of(Run run) {
    MarkdownReport report = new MarkdownReport(run);
    report.head();
    report.goals();
    report.faults();
    report.everything();
    return report.page.toString();
  }

  private void line(String text) {
    page.append(text).append('\n');
  }

  private void head() {
    Machine machine = run.machine();
    line("# Speed: Outlive and its peers");
    line("");
    line(
        "Written by `bench/run%s`: %d repeats in %d s, interleaved, each measurement of each contender in a"
                .formatted(run.quick() ? " --quick" : "", run.repeats(), run.seconds())
            + " process of its own; two workers, unless it says one.");
    if (run.quick()) {
      line(
          "**A quick run: fewer units and hardly warmed up. Only the order of magnitude counts.**");
    }
    line("");
    line("| | |");
    line("|---|---|");
    line("| when | " + run.began() + " |");
    line(
        "| machine | %d x %s, %d GiB |"
            .formatted(machine.processors(), machine.processor(), machine.memoryGibibytes()));
    line("| kernel | " + machine.kernel() + " |");
    line("| JDK | " + machine.java() + " |");
    line(
        "| load before each repeat, and after | "
            + run.loads().stream().map(Numbers::of).collect(joining(", "))
            + " |");
    run.versions().forEach((name, version) -> line("| " + name + " | " + version + " |"));
    line("");
  }

  private void goals() {
    line("## Goals");
    line(
        "Times are medians (best repeat in brackets), smaller is better. “Times” says how often"
            + " Outlive's goes into the peer's that the goal names, or else the best peer's.");
    line("");
    line("| | unit | goal | peer | Outlive | times | verdict | without native access | verdict |");
    line("|---|---|---|---|---|---|---|---|---|");
    for (Row row : Row.ALL) {
      if (!results.figures(row.measurement(), Contender.OUTLIVE).isEmpty()
          || !results.figures(row.measurement(), Contender.OUTLIVE_PLAIN).isEmpty()) {
        goal(row);
      }
    }
    line("");
  }

  private void goal(Row row) {
    Optional<Results.Best> peer = peer(row);
    Optional<Figure> own = own(row, Contender.OUTLIVE);
    String times =
        own.isPresent() && peer.isPresent()
            ? Numbers.ratio(peer.get().figure().median(), own.get().median())
            : "–";
    line(
        "| %s | %s | %s | %s | %s | %s | %s | %s | %s |"
            .formatted(
                row.title(),
                row.measurement().unit(),
                row.goal().text(),
                peer.map(MarkdownReport::text).orElse("–"),
                own.map(Numbers::of).orElse("–"),
                times,
                Verdict.of(row, Contender.OUTLIVE, results).text(),
                own(row, Contender.OUTLIVE_PLAIN).map(Numbers::of).orElse("–"),
                Verdict.of(row, Contender.OUTLIVE_PLAIN, results).text()));
  }

  private Optional<Figure> own(Row row, Contender contender) {
    return results.figure(row.measurement(), contender, row.variant());
  }

  /** Whom the goal names, else the best. */
  private Optional<Results.Best> peer(Row row) {
    if (row.goal() instanceof Goal.TimesFaster goal) {
      return results
          .figure(row.measurement(), goal.peer(), goal.variant())
          .map(figure -> new Results.Best(goal.peer(), goal.variant(), figure));
    }
    return results.best(row.measurement(), row.variant());
  }

  private static String text(Results.Best best) {
    String variant = best.variant().isEmpty() ? "" : ", " + best.variant();
    return best.contender().title() + variant + ": " + Numbers.of(best.figure());
  }

  private void faults() {
    if (!results.faults().isEmpty()) {
      line("## What failed");
      results.faults().forEach(fault -> line("- " + fault.replace("|", "\\|")));
      line("");
    }
  }

  private void everything() {
    line("## Every measurement");
    line(
        "Median of the repeats, in brackets the best one. “Ratio” is to Outlive's figure of the"
            + " same name, or its first: more than 1x is slower than Outlive.");
    line("");
    results.measurements().forEach(this::table);
  }

  private void table(Measurement measurement) {
    line("### " + measurement.id() + ", " + measurement.unit());
    line(measurement.timed());
    line("");
    line("| contender | | median (best) | ratio |");
    line("|---|---|---|---|");
    Map<String, Figure> own = results.figures(measurement, Contender.OUTLIVE);
    for (Contender contender : results.contenders(measurement)) {
      results
          .figures(measurement, contender)
          .forEach((variant, figure) -> line(row(contender, variant, figure, own)));
    }
    line("");
  }

  private static String row(
      Contender contender, String variant, Figure figure, Map<String, Figure> own) {
    Optional<Figure> base =
        Optional.ofNullable(own.get(variant)).or(() -> own.values().stream().findFirst());
    return "| %s | %s | %s | %s |"
        .formatted(
            contender.title(),
            variant,
            Numbers.of(figure),
            base.map(one -> Numbers.ratio(figure.median(), one.median())).orElse("–"));
  }
}
