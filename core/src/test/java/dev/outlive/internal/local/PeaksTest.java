package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The largest sample since a moment is found, whatever came after it. */
final class PeaksTest {
  @Test
  void nothing_was_seen_of_what_began_after_the_last_look() {
    Peaks peaks = new Peaks();
    assertThat(peaks.since(Long.MIN_VALUE)).isEmpty();
    peaks.add(10, 7);
    assertThat(peaks.since(11)).isEmpty();
    assertThat(peaks.since(10)).hasValue(7);
  }

  @Test
  void it_is_that_of_all_samples_since() {
    SplittableRandom random = new SplittableRandom(1);
    for (int run = 0; run < 200; run++) {
      Peaks peaks = new Peaks();
      long[] all = random.longs(Peaks.KEPT, 0, 20).toArray();
      for (int i = 0; i < all.length; i++) {
        peaks.add(i, all[i]);
        int from = random.nextInt(i + 1);
        OptionalLong due = LongStream.range(from, i + 1).map(at -> all[(int) at]).max();
        assertThat(peaks.since(from)).isEqualTo(due);
      }
    }
  }

  @Test
  void a_long_fall_keeps_its_peak() {
    Peaks peaks = new Peaks();
    for (int i = 0; i < 1000; i++) {
      peaks.add(i, 1_000_000 - i);
    }
    assertThat(peaks.since(0)).hasValue(1_000_000);
    assertThat(peaks.since(999)).hasValue(1_000_000 - 999);
  }
}
