package dev.outlive.internal.local;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The sizes that options of a JVM set, in bytes; of several for one size the last counts, as in the
 * JVM. What the JVM would not take is left for it to refuse.
 *
 * @param heap {@code -Xmx}, {@code -XX:MaxHeapSize}
 * @param initialHeap {@code -Xms}, {@code -XX:InitialHeapSize}
 * @param heapPercent {@code -XX:MaxRAMPercentage}
 * @param metaspace {@code -XX:MaxMetaspaceSize}
 * @param direct {@code -XX:MaxDirectMemorySize}
 * @param codeCache {@code -XX:ReservedCodeCacheSize}
 * @param stack {@code -Xss}, {@code -XX:ThreadStackSize}
 * @param serial whether the collector is the serial one
 */
record JvmSizes(
    OptionalLong heap,
    OptionalLong initialHeap,
    OptionalDouble heapPercent,
    OptionalLong metaspace,
    OptionalLong direct,
    OptionalLong codeCache,
    OptionalLong stack,
    boolean serial) {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,18})([kKmMgGtT]?)[bB]?");
  private static final Pattern PERCENT =
      Pattern.compile("-XX:MaxRAMPercentage=([0-9]{1,9}(?:\\.[0-9]{0,9})?)");
  private static final String UNITS = "kmgt";
  private static final long KIBI = 1024;

  /** Reads what a user's options say. */
  static JvmSizes of(List<String> options) {
    return new JvmSizes(
        last(options, 1, "-Xmx", "-XX:MaxHeapSize="),
        last(options, 1, "-Xms", "-XX:InitialHeapSize="),
        percent(options),
        last(options, 1, "-XX:MaxMetaspaceSize="),
        last(options, 1, "-XX:MaxDirectMemorySize="),
        last(options, 1, "-Xmaxjitcodesize", "-XX:ReservedCodeCacheSize="),
        last(options, KIBI, "-Xss", "-XX:ThreadStackSize="),
        options.stream().noneMatch(JvmSizes::choosesCollector)
            || options.contains("-XX:+UseSerialGC"));
  }

  /** Whether any size is set. */
  boolean setsAny() {
    return Stream.of(heap, initialHeap, metaspace, direct, codeCache, stack)
            .anyMatch(OptionalLong::isPresent)
        || heapPercent.isPresent();
  }

  /** Whether an option says which collector is used. */
  static boolean choosesCollector(String option) {
    return option.startsWith("-XX:+Use") && option.endsWith("GC");
  }

  /**
   * Returns the size that the last of these options sets; 0 is the JVM's word for its own choice.
   *
   * @param unit of a bare number behind {@code -XX:}
   */
  private static OptionalLong last(List<String> options, long unit, String... names) {
    OptionalLong size = OptionalLong.empty();
    for (String option : options) {
      for (String name : names) {
        if (option.startsWith(name)) {
          long bytes = bytes(option.substring(name.length()), name.endsWith("=") ? unit : 1);
          size = bytes > 0 ? OptionalLong.of(bytes) : size;
        }
      }
    }
    return size;
  }

  /** Returns 0 for what is not a size. */
  private static long bytes(String text, long unit) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      return 0;
    }
    long count = Long.parseLong(size.group(1));
    String letter = size.group(2).toLowerCase(Locale.ROOT);
    long factor = unit;
    for (int i = 0; !letter.isEmpty() && i <= UNITS.indexOf(letter); i++) {
      factor = i == 0 ? KIBI : factor * KIBI;
    }
    return count > Long.MAX_VALUE / factor ? 0 : count * factor;
  }

  private static OptionalDouble percent(List<String> options) {
    OptionalDouble percent = OptionalDouble.empty();
    for (String option : options) {
      Matcher match = PERCENT.matcher(option);
      if (match.matches()) {
        percent = OptionalDouble.of(Double.parseDouble(match.group(1)));
      }
    }
    return percent;
  }
}
