package dev.outlive.bench.speed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where and on what a run took place.
 *
 * @param processor its model
 * @param processors how many this JVM may use
 * @param memoryGibibytes of the machine
 * @param kernel name and version
 * @param java version and vendor
 */
public record Machine(
    String processor, int processors, long memoryGibibytes, String kernel, String java) {
  /** This machine. */
  public static Machine here() throws IOException {
    return new Machine(
        first("/proc/cpuinfo", "model name"),
        Runtime.getRuntime().availableProcessors(),
        Math.round(Long.parseLong(untilSpace(first("/proc/meminfo", "MemTotal"))) / 1048576.0),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.runtime.version")
            + " ("
            + System.getProperty("java.vendor")
            + ")");
  }

  private static String first(String file, String key) throws IOException {
    Path path = Path.of(file);
    if (!Files.exists(path)) {
      return "0 unknown";
    }
    try (Stream<String> lines = Files.lines(path)) {
      return lines
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("0 unknown");
    }
  }

  /** The load of the last minute, by the kernel; negative where it is not told. */
  public static double load() throws IOException {
    Path file = Path.of("/proc/loadavg");
    return Files.exists(file) ? Double.parseDouble(untilSpace(Files.readString(file))) : -1;
  }

  private static String untilSpace(String text) {
    return text.substring(0, text.indexOf(' '));
  }
}
