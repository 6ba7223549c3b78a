package dev.outlive.task;

import java.io.Serializable;
import java.util.Locale;

/**
 * An amount of memory in bytes.
 *
 * @param count how many bytes; 0 or more
 */
public record Bytes(long count) implements Comparable<Bytes>, Serializable {
  private static final long KIBI = 1024;

  /** Refuses a negative count. */
  public Bytes {
    if (count < 0) {
      throw new IllegalArgumentException("bytes must be 0 or more, bytes=" + count);
    }
  }

  /** Returns that many KiB (1,024 bytes). */
  public static Bytes ofKibibytes(long kibibytes) {
    return of("kibibytes", kibibytes, KIBI);
  }

  /** Returns that many MiB (1,048,576 bytes). */
  public static Bytes ofMebibytes(long mebibytes) {
    return of("mebibytes", mebibytes, KIBI * KIBI);
  }

  /** Returns that many GiB (1,073,741,824 bytes). */
  public static Bytes ofGibibytes(long gibibytes) {
    return of("gibibytes", gibibytes, KIBI * KIBI * KIBI);
  }

  private static Bytes of(String unit, long count, long bytes) {
    long most = Long.MAX_VALUE / bytes;
    if (count < 0 || count > most) {
      throw new IllegalArgumentException(unit + " must be 0.." + most + ", " + unit + "=" + count);
    }
    return new Bytes(count * bytes);
  }

  @Override
  public int compareTo(Bytes other) {
    return Long.compare(count, other.count);
  }

  /** Returns the amount with the largest unit that leaves at least one, such as {@code 2.0 GiB}. */
  @Override
  public String toString() {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    int unit = 0;
    double amount = count;
    while (amount >= KIBI && unit < units.length - 1) {
      amount /= KIBI;
      unit++;
    }
    return unit == 0 ? count + " B" : String.format(Locale.ROOT, "%.1f %s", amount, units[unit]);
  }
}
