package dev.outlive.internal.protocol;

/** How many processors there are, where the JVM of a worker counts only that worker's share. */
public final class Processors {
  private static final String PROPERTY = "outlive.processors";

  private Processors() {}

  /** Returns for how many threads there are processors, in whichever of the pool's processes. */
  public static int count() {
    return Integer.getInteger(PROPERTY, Runtime.getRuntime().availableProcessors());
  }

  /** Returns the option of java(1) by which a worker knows what is known here. */
  public static String option() {
    return "-D" + PROPERTY + "=" + count();
  }
}
