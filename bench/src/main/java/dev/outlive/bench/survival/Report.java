package dev.outlive.bench.survival;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.lang.management.ManagementFactory;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** All that was seen, as a table and as JSON. Confined to one thread. */
final class Report {
  private static final Verdict ABSENT = new Verdict(Verdict.Mark.ABSENT, "not installed");

  private final Options options;
  private final Map<Contender, String> versions = new EnumMap<>(Contender.class);
  private final Map<Row, Map<Contender, Cell>> cells = new EnumMap<>(Row.class);
  private final JsonArray scenarios = new JsonArray();

  /** As it was before: of the machine, one minute's. */
  private final String load =
      String.format(
          Locale.ROOT, "%.1f", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());

  Report(Options options) {
    this.options = options;
    for (Row row : options.rows()) {
      Map<Contender, Cell> ofRow = new EnumMap<>(Contender.class);
      options.contenders().forEach(contender -> ofRow.put(contender, new Cell()));
      cells.put(row, ofRow);
    }
  }

  void present(Contender contender, String version) {
    versions.put(contender, version);
  }

  void absent(Contender contender) {
    versions.put(contender, ABSENT.words());
    cells.values().forEach(ofRow -> cell(ofRow, contender).add(ABSENT));
  }

  /** Judges a scenario and keeps it; returns the verdict. */
  Verdict add(Row row, Contender contender, int round, Observations seen) {
    Verdict verdict = row.judge(seen);
    cell(cells.getOrDefault(row, Map.of()), contender).add(verdict);
    JsonObject line = new JsonObject();
    line.addProperty("row", row.id());
    line.addProperty("contender", contender.id);
    line.addProperty("round", round);
    line.addProperty("green", verdict.isGreen());
    line.addProperty("words", verdict.words());
    line.add("seen", seen.toJson());
    scenarios.add(line);
    return verdict;
  }

  private static Cell cell(Map<Contender, Cell> ofRow, Contender contender) {
    return ofRow.getOrDefault(contender, new Cell());
  }

  /** Whether Outlive is green wherever it was asked, or red if it is wrapped in faults. */
  boolean isAsDue() {
    return cells.values().stream()
        .flatMap(ofRow -> ofRow.entrySet().stream())
        .filter(entry -> entry.getKey().isOutlive())
        .map(Map.Entry::getValue)
        .allMatch(options.faulty() ? Cell::isRed : Cell::isGreen);
  }

  String markdown() {
    StringBuilder table = new StringBuilder("| |");
    options.contenders().forEach(one -> table.append(' ').append(one.title).append(" |"));
    table.append("\n|---|").append("---|".repeat(options.contenders().size())).append('\n');
    cells.forEach(
        (row, ofRow) -> {
          table.append("| ").append(row.title).append(" |");
          ofRow.values().forEach(cell -> table.append(' ').append(cell).append(" |"));
          table.append('\n');
        });
    table.append('\n').append(footer()).append('\n');
    return table.toString();
  }

  private String footer() {
    StringBuilder text = new StringBuilder(LocalDate.now(ZoneOffset.UTC).toString());
    text.append(options.faulty() ? ", each row wrapped in its fault" : "");
    text.append(options.times() == 1 ? "" : ", " + options.times() + " times each");
    text.append(", Linux ").append(System.getProperty("os.version")).append(", ");
    text.append(Runtime.getRuntime().availableProcessors()).append(" processors, load ");
    text.append(load);
    versions.forEach(
        (contender, version) ->
            text.append("; ").append(contender.title).append(": ").append(version));
    return text.append('.').toString();
  }

  String json() {
    JsonObject all = new JsonObject();
    all.addProperty("about", footer());
    all.add("scenarios", scenarios.deepCopy());
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(all) + '\n';
  }
}
