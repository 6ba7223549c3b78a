package dev.outlive.bench.speed;

import java.util.Optional;

/** Whether a row's goal is met by a contender. */
enum Verdict {
  MET("met"),
  NOT_MET("**not met**"),
  NOT_MEASURED("not measured"),
  NO_GOAL("–");

  private final String text;

  Verdict(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  static Verdict of(Row row, Contender contender, Results results) {
    Optional<Figure> own = results.figure(row.measurement(), contender, row.variant());
    if (row.goal() instanceof Goal.Shown) {
      return NO_GOAL;
    }
    if (own.isEmpty()) {
      return NOT_MEASURED;
    }
    double value = own.get().median();
    return switch (row.goal()) {
      case Goal.AtMost goal -> value <= goal.limit() ? MET : NOT_MET;
      case Goal.TimesFaster goal ->
          results
              .figure(row.measurement(), goal.peer(), goal.variant())
              .map(peer -> value * goal.factor() <= peer.median() ? MET : NOT_MET)
              .orElse(NOT_MEASURED);
      case Goal.Shown _ -> NO_GOAL;
    };
  }
}
