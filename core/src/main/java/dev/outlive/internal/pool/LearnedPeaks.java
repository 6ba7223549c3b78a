package dev.outlive.internal.pool;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much memory tasks need, by their name: the largest peaks that were seen, which fade slowly
 * when later ones stay below. The names that were not seen for longest are forgotten.
 */
final class LearnedPeaks {
  private static final int MOST_NAMES = 1000;
  private static final int FADES_BY = 16;

  private final Map<String, Long> peaks =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST_NAMES;
        }
      };

  /** An attempt has ended, during which its worker held this much at most. */
  void saw(String name, long bytes) {
    if (bytes > 0) {
      peaks.merge(name, bytes, (old, next) -> Math.max(next, old - (old - next) / FADES_BY));
    }
  }

  /**
   * An attempt was ended for want of memory: it would have needed more than it was seen to hold.
   */
  void sawInVain(String name, long bytes) {
    saw(name, bytes + bytes / 4);
  }

  /** Returns how much a task needs; 0 if that is not known. */
  long of(String name) {
    return peaks.getOrDefault(name, 0L);
  }
}
