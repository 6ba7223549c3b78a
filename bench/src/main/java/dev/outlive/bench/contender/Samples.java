package dev.outlive.bench.contender;

import com.google.gson.Gson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured, by variant, as the line of JSON that every contender prints. */
final class Samples {
  static final double MICROS = 1e3;
  static final double MILLIS = 1e6;

  private final Map<String, List<Double>> samples = new LinkedHashMap<>();

  void add(String variant, double value) {
    samples.computeIfAbsent(variant, _ -> new ArrayList<>()).add(value);
  }

  String json() {
    return new Gson().toJson(Map.of("samples", samples));
  }
}
