package dev.outlive.bench.contender;

import java.nio.file.Path;

/**
 * The program that takes one measurement of Outlive and prints its samples: {@code MEASUREMENT
 * UNITS ROUNDS LIMIT DIRECTORY}. The limit is not needed: a failure that does not come would be
 * Outlive's end as a contender, and the bench would say so.
 */
public final class OutliveContender {
  private OutliveContender() {}

  /** Takes the measurement. */
  @SuppressWarnings("SystemOut") // the line of JSON is what this program is for
  public static void main(String[] arguments) throws Exception {
    Plan plan =
        new Plan(
            Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), Path.of(arguments[4]));
    System.out.println(measure(arguments[0], plan).json());
  }

  private static Samples measure(String measurement, Plan plan) throws Exception {
    return switch (measurement) {
      case "noop" -> Tasks.noop(plan);
      case "round-trip" -> Tasks.roundTrip(plan);
      case "map" -> Tasks.map(plan);
      case "array-in" -> LargeArrays.passed(plan);
      case "array-out" -> LargeArrays.returned(plan);
      case "kill", "kill-large" -> Deaths.noticed(plan);
      case "rerun" -> Deaths.survived(plan);
      case "worker-ready" -> Starts.worker(plan);
      case "pool-start" -> Starts.pool(plan);
      case "counter" -> Counters.locked(plan);
      case "manager" -> Counters.managed(plan);
      case "memory" -> Footprint.idle(plan);
      default -> throw new IllegalArgumentException("no such measurement: " + measurement);
    };
  }
}
