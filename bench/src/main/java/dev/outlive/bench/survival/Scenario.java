package dev.outlive.bench.survival;

import java.nio.file.Path;

/**
 * The process in which one scenario is played against Outlive: prints a line of observations, ends
 * the pool, and itself.
 */
public final class Scenario {
  /** What the line begins with: tasks may print too. */
  static final String LINE = "observed ";

  /** As the second argument: with the row's fault. */
  static final String FAULTY = "faulty";

  private Scenario() {}

  /**
   * Plays it.
   *
   * @param arguments the row, {@code sound} or {@code faulty}, the directory of the scenario
   */
  public static void main(String[] arguments) throws Exception {
    Row row = Row.named(arguments[0]).orElseThrow();
    boolean faulty = arguments[1].equals(FAULTY);
    Scene scene = new Scene(Path.of(arguments[2]));
    try (Subject sound = new OutliveSubject()) {
      Observations seen = row.play.on(faulty ? row.fault.apply(sound) : sound, scene);
      System.out.println(LINE + seen);
      System.out.flush();
      if (seen.is(Observations.KILL_ME)) {
        Thread.currentThread().join();
      }
    }
  }
}
