package dev.outlive.bench.growth;

import dev.outlive.bench.speed.Machine;
import dev.outlive.bench.speed.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The points of all axes as a page of Markdown and a plot for each. */
final class GrowthReport {
  /** More than this from one point to the next, beyond what is due, is a cliff. */
  private static final double CLIFF = 3;

  private GrowthReport() {}

  static String page(
      Machine machine, double load, Map<Axis, List<Point>> axes, List<String> faults) {
    StringBuilder page = new StringBuilder("# How cost grows\n\n");
    page.append("Written by `bench/run --growth`; each point is a program of its own. ");
    page.append(
        "%d x %s, %s, JDK %s, load %s at the end.%n%n"
            .formatted(
                machine.processors(),
                machine.processor(),
                machine.kernel(),
                machine.java(),
                Numbers.of(load)));
    page.append(
        "Heap is that of the program (not of its workers) after a garbage collection, all that is"
            + " measured still there; peak is the most that the program has held, resident, garbage"
            + " included.\n");
    axes.forEach((axis, points) -> section(page, axis, points));
    if (!faults.isEmpty()) {
      page.append("\n## What failed\n");
      faults.forEach(fault -> page.append("- ").append(fault).append('\n'));
    }
    return page.toString();
  }

  private static void section(StringBuilder page, Axis axis, List<Point> points) {
    page.append("\n## ").append(axis.title()).append("\n").append(axis.timed()).append("\n\n");
    page.append("![%s](growth-%s.svg)%n%n".formatted(axis.title(), axis.id()));
    boolean after = points.stream().anyMatch(point -> point.after() != Point.NONE);
    page.append(
        "| %s | %s |%s heap, MiB | peak, MiB |%n"
            .formatted(axis.title(), axis.unit(), after ? " on the way out |" : ""));
    page.append("|---|---|---|---|").append(after ? "---|\n" : "\n");
    for (Point point : points) {
      page.append(
          String.format(
              Locale.ROOT,
              "| %,d | %s |%s %s | %s |%n",
              point.at(),
              Numbers.of(point.time()),
              after ? " " + Numbers.of(point.after()) + " |" : "",
              Numbers.of(point.heapMebibytes()),
              Numbers.of(point.peakMebibytes())));
    }
    page.append("\n");
    List<String> cliffs = cliffs(axis, points);
    page.append(cliffs.isEmpty() ? "No cliff.\n" : "Cliffs: " + String.join("; ", cliffs) + ".\n");
  }

  /** Where the time of a unit grew more than {@value #CLIFF} times as much as is due. */
  static List<String> cliffs(Axis axis, List<Point> points) {
    List<String> found = new ArrayList<>();
    for (int i = 1; i < points.size(); i++) {
      Point before = points.get(i - 1);
      Point here = points.get(i);
      double due = axis.linear() ? (double) here.at() / before.at() : 1;
      double grew = here.time() / before.time();
      if (grew > CLIFF * due) {
        found.add(
            String.format(
                Locale.ROOT, "from %,d to %,d, %sx", before.at(), here.at(), Numbers.of(grew)));
      }
    }
    return found;
  }

  static String plot(Axis axis, List<Point> points) {
    List<LogPlot.Line> times = new ArrayList<>();
    times.add(
        new LogPlot.Line(
            axis == Axis.QUEUE ? "submit" : "time",
            points.stream().map(one -> new LogPlot.Place(one.at(), one.time())).toList()));
    if (points.stream().anyMatch(one -> one.after() != Point.NONE)) {
      times.add(
          new LogPlot.Line(
              "way out",
              points.stream().map(one -> new LogPlot.Place(one.at(), one.after())).toList()));
    }
    List<LogPlot.Line> memory =
        List.of(
            new LogPlot.Line(
                "heap after GC",
                points.stream()
                    .map(one -> new LogPlot.Place(one.at(), one.heapMebibytes()))
                    .toList()),
            new LogPlot.Line(
                "peak, resident",
                points.stream()
                    .map(one -> new LogPlot.Place(one.at(), Math.max(1, one.peakMebibytes())))
                    .toList()));
    return LogPlot.svg(
        axis.title(),
        List.of(
            new LogPlot.Panel(axis.unit(), times),
            new LogPlot.Panel("memory of the program, MiB", memory)));
  }
}
