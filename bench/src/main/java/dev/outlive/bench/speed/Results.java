package dev.outlive.bench.speed;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that a run has measured so far, and what went wrong. Confined to one thread. */
final class Results {
  private final Map<Measurement, Map<Contender, Map<String, List<Double>>>> medians =
      new EnumMap<>(Measurement.class);
  private final List<String> faults = new ArrayList<>();

  /** Takes one repeat's samples of one variant. */
  void add(Measurement measurement, Contender contender, String variant, List<Double> samples) {
    medians
        .computeIfAbsent(measurement, _ -> new EnumMap<>(Contender.class))
        .computeIfAbsent(contender, _ -> new LinkedHashMap<>())
        .computeIfAbsent(variant, _ -> new ArrayList<>())
        .add(Figure.median(samples));
  }

  void fault(String what) {
    faults.add(what);
  }

  List<String> faults() {
    return faults;
  }

  List<Measurement> measurements() {
    return List.copyOf(medians.keySet());
  }

  List<Contender> contenders(Measurement measurement) {
    return List.copyOf(medians.getOrDefault(measurement, Map.of()).keySet());
  }

  /** The variants of a contender, in the order in which it told them. */
  Map<String, Figure> figures(Measurement measurement, Contender contender) {
    Map<String, Figure> figures = new LinkedHashMap<>();
    medians
        .getOrDefault(measurement, Map.of())
        .getOrDefault(contender, Map.of())
        .forEach((variant, repeats) -> figures.put(variant, new Figure(repeats)));
    return figures;
  }

  Optional<Figure> figure(Measurement measurement, Contender contender, String variant) {
    return Optional.ofNullable(figures(measurement, contender).get(variant));
  }

  /** The peer's figure with the smallest median; of those with this name, if there are any. */
  Optional<Best> best(Measurement measurement, String variant) {
    List<Best> all = new ArrayList<>();
    for (Contender contender : contenders(measurement)) {
      if (contender.isPeer()) {
        figures(measurement, contender)
            .forEach((name, figure) -> all.add(new Best(contender, name, figure)));
      }
    }
    List<Best> named = all.stream().filter(one -> one.variant().equals(variant)).toList();
    return (named.isEmpty() ? all : named)
        .stream().min(Comparator.comparingDouble(one -> one.figure().median()));
  }

  /** The best of the peers. */
  record Best(Contender contender, String variant, Figure figure) {}
}
