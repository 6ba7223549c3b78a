package dev.outlive;

import dev.outlive.task.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The checks that several settings of a pool share; each refuses with the value. */
final class Refusals {
  static final Duration LONGEST = Duration.ofDays(365);

  /** One class, package or tree: limits, exclusions and lists would do nothing. */
  private static final Pattern CLASS_PATTERN =
      Pattern.compile("(?!$)([\\w.]+/)?[\\p{javaJavaIdentifierPart}.]*\\*{0,2}");

  private static final List<String> HEAP_OPTIONS =
      List.of("-Xmx", "-XX:MaxHeapSize=", "-XX:MaxRAMPercentage=");

  private Refusals() {}

  /** Returns a copy without nulls. */
  static <T> List<T> listOf(String setting, T[] values) {
    Objects.requireNonNull(values, setting);
    for (T value : values) {
      Objects.requireNonNull(value, setting);
    }
    return List.of(values);
  }

  static Duration positive(String setting, Duration value) {
    Objects.requireNonNull(value, setting);
    if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          setting + " must be over 0 and at most 365 days, " + setting + "=" + value);
    }
    return value;
  }

  /** Returns patterns that name a class, a package or a tree of packages each. */
  static List<String> classPatterns(String setting, String[] patterns) {
    for (String pattern : listOf(setting, patterns)) {
      if (!CLASS_PATTERN.matcher(pattern).matches()) {
        throw new IllegalArgumentException(
            setting + " takes class patterns such as \"com.acme.**\", pattern=" + pattern);
      }
    }
    return List.of(patterns);
  }

  /** Refuses options that contradict other settings, or take their place. */
  static void jvmArgs(List<String> options, @Nullable Bytes maxHeap) {
    Optional<String> heap =
        options.stream()
            .filter(option -> HEAP_OPTIONS.stream().anyMatch(option::startsWith))
            .findFirst();
    if (maxHeap != null && heap.isPresent()) {
      throw new IllegalArgumentException(
          "maxHeap and jvmArgs both set the heap: maxHeap=" + maxHeap + ", jvmArgs=" + heap.get());
    }
    boolean hasClassPath =
        options.stream().anyMatch(option -> option.matches("-cp|-classpath|--class-path(=.*)?"));
    if (hasClassPath) {
      throw new IllegalArgumentException(
          "jvmArgs must not set the class path, use classPath(...), jvmArgs=" + options);
    }
  }
}
