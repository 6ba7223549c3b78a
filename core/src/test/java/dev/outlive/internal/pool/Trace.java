package dev.outlive.internal.pool;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** The printed account of one history; silent unless it is asked for. */
final class Trace {
  private final @Nullable PrintStream out;

  private Trace(@Nullable PrintStream out) {
    this.out = out;
  }

  static Trace silent() {
    return new Trace(null);
  }

  static Trace to(PrintStream out) {
    return new Trace(out);
  }

  void begin(Script script) {
    if (out != null) {
      out.println(script.rules());
      script.plans().forEach(out::println);
    }
  }

  void event(long now, Event event, boolean honest) {
    if (out != null) {
      out.printf("%12.3f ms  %s%s%n", millis(now), event, honest ? "" : "   (a lie)");
    }
  }

  void effect(Effect effect) {
    if (out != null) {
      out.printf("%15s     -> %s%n", "", effect);
    }
  }

  /** Returns what a failed history says: the one command that replays it, and what went wrong. */
  AssertionError failure(Regime regime, long seed, long now, Throwable cause) {
    String message =
        String.format(
            "%s:%d at %.3f ms: %s%nreplay with its trace:%n"
                + "mvn -pl core -am verify -Dtest=PoolStateSimulationTest"
                + " -Doutlive.seed=%s:%d -Dsurefire.failIfNoSpecifiedTests=false",
            regime, seed, millis(now), cause.getMessage(), regime, seed);
    return new AssertionError(message, cause);
  }

  private static double millis(long nanos) {
    return (nanos - Script.SECOND) / 1e6;
  }
}
