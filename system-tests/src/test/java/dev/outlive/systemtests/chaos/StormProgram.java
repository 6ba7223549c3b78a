package dev.outlive.systemtests.chaos;

import java.nio.file.Path;

/** A program that has one round of a scenario, while it is harmed from outside. */
final class StormProgram {
  static final String BEGINS = "begins";
  static final String UNDER_WAY = "under way";

  private StormProgram() {}

  /**
   * Runs it.
   *
   * @param args the scenario, whether the long form, the seed, the directory of the ledgers
   */
  public static void main(String[] args) throws Exception {
    Scenario scenario = Scenario.valueOf(args[0]);
    Plan plan = scenario.plan(Boolean.parseBoolean(args[1]));
    say(BEGINS);
    Storm.round(
        plan,
        scenario.disturbances(),
        Long.parseLong(args[2]),
        Books.in(Path.of(args[3])),
        Fault.Type.NONE,
        () -> say(UNDER_WAY));
    System.exit(0);
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
