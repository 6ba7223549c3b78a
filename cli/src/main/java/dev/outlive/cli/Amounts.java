package dev.outlive.cli;

import dev.outlive.task.Bytes;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations and sizes as they are written on a command line: a whole number and its unit. */
final class Amounts {
  private static final Pattern AMOUNT = Pattern.compile("(\\d{1,18})([A-Za-z]+)");
  private static final Map<String, ChronoUnit> TIMES =
      Map.of(
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS);
  private static final Map<String, Integer> SIZE_SHIFTS =
      Map.of("k", 10, "m", 20, "g", 30, "kb", 10, "mb", 20, "gb", 30);

  private Amounts() {}

  /**
   * Reads {@code 500ms}, {@code 3s}, {@code 2m}, {@code 1h}.
   *
   * @throws TypeConversionException if it is written otherwise or too large
   */
  static Duration duration(String text) {
    Matcher amount = AMOUNT.matcher(text);
    ChronoUnit unit = amount.matches() ? TIMES.get(amount.group(2)) : null;
    if (unit == null) {
      throw refused("a whole number and ms, s, m or h, such as 500ms or 3s", text);
    }
    try {
      return Duration.of(Long.parseLong(amount.group(1)), unit);
    } catch (ArithmeticException e) {
      throw refused("a duration of at most 365 days", text);
    }
  }

  /**
   * Reads {@code 128m}, {@code 1g}, {@code 4096k}.
   *
   * @throws TypeConversionException if it is written otherwise or too large
   */
  static Bytes size(String text) {
    Matcher amount = AMOUNT.matcher(text);
    Integer shift =
        amount.matches() ? SIZE_SHIFTS.get(amount.group(2).toLowerCase(Locale.ROOT)) : null;
    if (shift == null) {
      throw refused("a whole number and k, m or g, such as 128m or 1g", text);
    }
    try {
      return new Bytes(Math.multiplyExact(Long.parseLong(amount.group(1)), 1L << shift));
    } catch (ArithmeticException e) {
      throw refused("a size below 8 EiB", text);
    }
  }

  private static TypeConversionException refused(String wanted, String text) {
    return new TypeConversionException("it takes " + wanted + ", not '" + text + "'");
  }

  /** For options of type {@link Duration}. */
  static final class Durations implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return duration(text);
    }
  }

  /** For options of type {@link Bytes}. */
  static final class Sizes implements ITypeConverter<Bytes> {
    @Override
    public Bytes convert(String text) {
      return size(text);
    }
  }
}
