package dev.outlive.bench.growth;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A plot as SVG: panels one below the other, over one axis, all of them logarithmic.
 *
 * <p>Drawn by hand, since the libraries that draw need AWT, and with it fonts that a server has
 * not.
 */
final class LogPlot {
  private static final int WIDTH = 760;
  private static final int PANEL = 250;
  private static final int LEFT = 70;
  private static final int RIGHT = 150;
  private static final int TOP = 34;
  private static final int BOTTOM = 46;
  private static final List<String> COLOURS = List.of("#0b6e99", "#c4480f", "#3c7d2b", "#7a3e9d");

  private final String across;
  private final List<Panel> panels;
  private final StringBuilder svg = new StringBuilder();

  /** A place in a panel; both above 0. */
  record Place(double x, double y) {}

  /** A line with its name. */
  record Line(String name, List<Place> places) {}

  /** Lines over one scale. */
  record Panel(String title, List<Line> lines) {}

  private LogPlot(String across, List<Panel> panels) {
    this.across = across;
    this.panels = panels;
  }

  /**
   * Draws the panels.
   *
   * @param across what the axis across is
   */
  static String svg(String across, List<Panel> panels) {
    LogPlot plot = new LogPlot(across, panels);
    plot.draw();
    return plot.svg.toString();
  }

  private void draw() {
    add(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                + " font-family=\"sans-serif\" font-size=\"12\">",
            WIDTH,
            PANEL * panels.size()));
    add("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
    for (int i = 0; i < panels.size(); i++) {
      panel(panels.get(i), i * PANEL);
    }
    add("</svg>");
  }

  private void panel(Panel panel, int top) {
    List<Place> all = panel.lines().stream().flatMap(line -> line.places().stream()).toList();
    Scale x = Scale.over(all.stream().map(Place::x).toList(), LEFT, WIDTH - RIGHT);
    Scale y = Scale.over(all.stream().map(Place::y).toList(), top + PANEL - BOTTOM, top + TOP);
    text(LEFT, top + 20, "start", "font-weight=\"bold\"", panel.title());
    for (double tick : x.ticks()) {
      line(x.at(tick), y.from(), x.at(tick), y.to());
      text(x.at(tick), y.from() + 16, "middle", "", name(tick));
    }
    for (double tick : y.ticks()) {
      line(x.from(), y.at(tick), x.to(), y.at(tick));
      text(x.from() - 6, y.at(tick) + 4, "end", "", name(tick));
    }
    text((x.from() + x.to()) / 2, y.from() + 34, "middle", "", across);
    for (int i = 0; i < panel.lines().size(); i++) {
      String colour = COLOURS.get(i % COLOURS.size());
      draw(panel.lines().get(i), colour, x, y);
      int at = top + TOP + 12 + 18 * i;
      text(x.to() + 12, at, "start", "fill=\"" + colour + "\"", panel.lines().get(i).name());
    }
  }

  private void draw(Line line, String colour, Scale x, Scale y) {
    String points =
        line.places().stream()
            .map(one -> String.format(Locale.ROOT, "%.1f,%.1f", x.at(one.x()), y.at(one.y())))
            .collect(Collectors.joining(" "));
    add(
        String.format(
            Locale.ROOT,
            "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>",
            colour,
            points));
    for (Place one : line.places()) {
      add(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>",
              x.at(one.x()),
              y.at(one.y()),
              colour));
    }
  }

  private void line(double x, double y, double toX, double toY) {
    add(
        String.format(
            Locale.ROOT, "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"#ddd\"/>", x, y, toX, toY));
  }

  private void text(double x, double y, String anchor, String style, String text) {
    String clean = text.replace("&", "&amp;").replace("<", "&lt;");
    add(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>",
            x,
            y,
            anchor,
            style,
            clean));
  }

  private void add(String element) {
    svg.append(element).append('\n');
  }

  private static String name(double tick) {
    if (tick >= 1e9) {
      return String.format(Locale.ROOT, "%.0fG", tick / 1e9);
    }
    if (tick >= 1e6) {
      return String.format(Locale.ROOT, "%.0fM", tick / 1e6);
    }
    return tick >= 1e3
        ? String.format(Locale.ROOT, "%.0fk", tick / 1e3)
        : Double.toString(tick).replaceAll("\\.0$", "");
  }

  /** Powers of ten, from one end to the other. */
  private record Scale(int first, int last, double from, double to) {
    static Scale over(List<Double> values, double from, double to) {
      double least = values.stream().min(Double::compare).orElse(1.0);
      double most = values.stream().max(Double::compare).orElse(10.0);
      int first = (int) Math.floor(Math.log10(least));
      int last = Math.max(first + 1, (int) Math.ceil(Math.log10(most)));
      return new Scale(first, last, from, to);
    }

    double at(double value) {
      return from + (Math.log10(value) - first) / (last - first) * (to - from);
    }

    List<Double> ticks() {
      return IntStream.rangeClosed(first, last).mapToObj(power -> Math.pow(10, power)).toList();
    }
  }
}
