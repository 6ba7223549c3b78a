package dev.outlive.bench.speed;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;

/** A run as JSON: all repeats, for whoever wants to reckon with them. */
final class JsonReport {
  private JsonReport() {}

  static String of(Run run) {
    GsonBuilder gson = new GsonBuilder().setPrettyPrinting().serializeNulls();
    JsonObject all = new JsonObject();
    all.addProperty("began", run.began().toString());
    all.addProperty("seconds", run.seconds());
    all.addProperty("repeats", run.repeats());
    all.addProperty("quick", run.quick());
    all.add("machine", gson.create().toJsonTree(run.machine()));
    all.add("loads", gson.create().toJsonTree(run.loads()));
    all.add("versions", gson.create().toJsonTree(run.versions()));
    all.add("goals", goals(run.results()));
    all.add("measurements", measurements(run.results()));
    all.add("faults", gson.create().toJsonTree(run.results().faults()));
    return gson.create().toJson(all) + "\n";
  }

  private static JsonArray goals(Results results) {
    JsonArray rows = new JsonArray();
    for (Row row : Row.ALL) {
      JsonObject one = new JsonObject();
      one.addProperty("row", row.title());
      one.addProperty("goal", row.goal().text());
      one.addProperty("verdict", Verdict.of(row, Contender.OUTLIVE, results).name());
      one.addProperty(
          "withoutNativeAccess", Verdict.of(row, Contender.OUTLIVE_PLAIN, results).name());
      rows.add(one);
    }
    return rows;
  }

  private static JsonObject measurements(Results results) {
    JsonObject all = new JsonObject();
    for (Measurement measurement : results.measurements()) {
      JsonObject one = new JsonObject();
      one.addProperty("unit", measurement.unit());
      for (Contender contender : results.contenders(measurement)) {
        JsonObject variants = new JsonObject();
        results
            .figures(measurement, contender)
            .forEach((variant, figure) -> variants.add(variant, repeats(figure)));
        one.add(contender.title(), variants);
      }
      all.add(measurement.id(), one);
    }
    return all;
  }

  /** The medians of the repeats; null for what never came. */
  private static JsonArray repeats(Figure figure) {
    JsonArray values = new JsonArray();
    for (double value : figure.repeats()) {
      if (Double.isInfinite(value)) {
        values.add(JsonNull.INSTANCE);
      } else {
        values.add(value);
      }
    }
    return values;
  }
}
