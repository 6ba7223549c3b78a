package dev.outlive.bench.speed;

import java.util.Locale;

/** What a row is to reach. */
sealed interface Goal {
  /** So many times faster than a peer is; 1: no slower. */
  record TimesFaster(double factor, Contender peer, String variant) implements Goal {
    @Override
    public String text() {
      String name = variant.isEmpty() ? peer.title() : peer.title() + ", " + variant;
      return factor == 1 ? "no slower than " + name : number(factor) + "x " + name;
    }
  }

  /** No more than this, in the measurement's unit. */
  record AtMost(double limit) implements Goal {
    @Override
    public String text() {
      return "at most " + number(limit);
    }
  }

  /** Shown, since it is what users ask for, or where a JVM loses. */
  record Shown() implements Goal {
    @Override
    public String text() {
      return "–";
    }
  }

  String text();

  private static String number(double value) {
    return String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.1f", value);
  }
}
