package dev.outlive.systemtests.chaos;

import dev.outlive.os.OwnProcess;
import dev.outlive.systemtests.chaos.Invariant.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Whether a process holds as much after many rounds as after a few. After each round it looks at
 * itself; the first quarter is warm-up. A straight line is laid through the rest (least squares),
 * and what it rises by, from its first look to its last, is held against a limit: 4 MiB of heap
 * after a collection, 3 descriptors, 3 threads; after twenty rounds or more 48 MiB of resident
 * memory, of which it matters which pages of the heap were used last.
 */
final class Flatness {
  private static final double MEBIBYTE = 1 << 20;

  /** What is looked at. */
  enum Measure {
    HEAP_MIB(4, 6, Look::heapMib),
    RESIDENT_MIB(48, 20, Look::residentMib),
    DESCRIPTORS(3, 6, Look::descriptors),
    THREADS(3, 6, Look::threads);

    final double limit;
    private final int fewest;

    @SuppressWarnings("ImmutableEnumChecker") // an accessor
    private final ToDoubleFunction<Look> value;

    Measure(double limit, int fewest, ToDoubleFunction<Look> value) {
      this.limit = limit;
      this.fewest = fewest;
      this.value = value;
    }
  }

  /** One look. */
  record Look(double heapMib, double residentMib, double descriptors, double threads) {
    static Look now() throws IOException {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      String resident =
          Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(line -> line.startsWith("VmRSS:"))
              .findFirst()
              .orElse("VmRSS: 0 kB");
      return new Look(
          (runtime.totalMemory() - runtime.freeMemory()) / MEBIBYTE,
          Double.parseDouble(resident.replaceAll("[^0-9]", "")) / 1024,
          OwnProcess.descriptors().size(),
          Thread.getAllStackTraces().keySet().stream().filter(Look::isCounted).count());
    }

    /** The JDK keeps its own for a minute: as many as children have ended at once. */
    private static boolean isCounted(Thread thread) {
      return !thread.getName().startsWith("process reaper");
    }
  }

  private final List<Look> looks = new ArrayList<>();

  void look() throws IOException {
    looks.add(Look.now());
  }

  void add(Look look) {
    looks.add(look);
  }

  private boolean enough(Measure measure) {
    return looks.size() >= measure.fewest;
  }

  /** Returns by how much the line through the looks rises, from the first that counts. */
  double rise(Measure measure) {
    List<Look> counted = looks.subList(looks.size() / 4, looks.size());
    double meanX = (counted.size() - 1) / 2.0;
    double meanY = counted.stream().mapToDouble(measure.value).average().orElse(0);
    double xy = 0;
    double xx = 0;
    for (int x = 0; x < counted.size(); x++) {
      xy += (x - meanX) * (measure.value.applyAsDouble(counted.get(x)) - meanY);
      xx += (x - meanX) * (x - meanX);
    }
    return xx == 0 ? 0 : xy / xx * (counted.size() - 1);
  }

  List<Violation> broken() {
    List<Violation> broken = new ArrayList<>();
    for (Measure measure : Measure.values()) {
      double rise = rise(measure);
      if (enough(measure) && rise > measure.limit) {
        broken.add(
            new Violation(
                Invariant.FLAT,
                String.format(
                    Locale.ROOT,
                    "%s rises by %.1f over %d rounds, limit %.0f: %s",
                    measure,
                    rise,
                    looks.size(),
                    measure.limit,
                    looks)));
      }
    }
    return broken;
  }

  /** Returns the rises in a few words; "-" where there were too few looks. */
  @Override
  public String toString() {
    return enough(Measure.HEAP_MIB)
        ? String.format(
            Locale.ROOT,
            "heap %+.2f MiB, resident %+.1f MiB, descriptors %+.1f, threads %+.1f",
            rise(Measure.HEAP_MIB),
            rise(Measure.RESIDENT_MIB),
            rise(Measure.DESCRIPTORS),
            rise(Measure.THREADS))
        : "-";
  }
}
