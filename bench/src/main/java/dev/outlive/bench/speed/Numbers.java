package dev.outlive.bench.speed;

import java.util.Locale;

/** How reports write numbers: three digits that count. */
public final class Numbers {
  private Numbers() {}

  /** Three digits, or never for what is infinite. */
  public static String of(double value) {
    if (Double.isInfinite(value)) {
      return "never";
    }
    double size = Math.abs(value);
    String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }

  /** Median, and the least in brackets. */
  static String of(Figure figure) {
    return Double.isInfinite(figure.median())
        ? "never"
        : of(figure.median()) + " (" + of(figure.least()) + ")";
  }

  /** How many times as long; below one: faster. */
  static String ratio(double value, double base) {
    if (Double.isInfinite(value) || Double.isInfinite(base) || base == 0) {
      return "–";
    }
    return of(value / base) + "x";
  }
}
