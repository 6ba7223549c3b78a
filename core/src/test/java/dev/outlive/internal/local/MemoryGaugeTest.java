package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.internal.diagnosis.Held;
import dev.outlive.internal.local.MemoryGauge.Sample;
import dev.outlive.internal.local.MemoryGauge.Verdict;
import dev.outlive.internal.protocol.HeapUse;
import dev.outlive.os.MemoryUse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A limit of 150 MiB as a rule, and a clock that the test holds; it may wrap. */
final class MemoryGaugeTest {
  private static final long MIB = 1 << 20;
  private static final long MILLI = 1_000_000;
  private static final long START = Long.MAX_VALUE - 100 * MILLI;
  private static final long PLENTY = Long.MAX_VALUE;

  private static MemoryUse use(long mebibytes) {
    return use(mebibytes, 1);
  }

  private static MemoryUse use(long mebibytes, int processes) {
    return new MemoryUse((mebibytes + 20) * MIB, mebibytes * MIB, 0, 0, processes);
  }

  @ParameterizedTest
  @CsvSource({
    // limit, held, free at the host, ms until the next look
    "150,     40,   100000,           107",
    "150,     140,  100000,           9",
    "150,     148,  100000,           5",
    "150,     149,  100000,           5",
    "150,     160,  100000,           5",
    "4096,    40,   100000,           1000",
    "0,       40,   100000,           1000",
    "0,       4000, 100000,           1000",
    // the machine is short of memory: who holds how much?
    "0,       40,   512,              500",
    "0,       40,   10,               20",
    "0,       40,   0,                20",
    "150,     40,   10,               20",
    "150,     149,  10,               5",
  })
  void the_next_look_comes_before_the_limit_can_be_reached(
      long limit, long held, long free, long millis) {
    MemoryGauge gauge = new MemoryGauge(limit * MIB, 0);
    assertThat(gauge.suspects(START, held * MIB)).isTrue();
    if (held < limit || limit == 0) {
      assertThat(gauge.take(START, use(held))).isEqualTo(Verdict.FINE);
    }
    assertThat(gauge.nanosToNextLook(free * MIB) / MILLI).isEqualTo(millis);
  }

  @ParameterizedTest
  @CsvSource({
    // estimate, ms since the precise look at 100 MiB, precise one due?
    "100,        10,   false",
    "101,        10,   false",
    "106,        10,   false",
    "107,        10,   true",
    "151,        10,   true",
    "90,         10,   false",
    "100,        999,  false",
    "100,        1000, true",
  })
  void a_precise_look_follows_where_it_may_tell_something(long estimate, long millis, boolean due) {
    MemoryGauge gauge = new MemoryGauge(150 * MIB, 0);
    assertThat(gauge.take(START, use(100))).isEqualTo(Verdict.FINE);
    assertThat(gauge.suspects(START + millis * MILLI, estimate * MIB)).isEqualTo(due);
  }

  @Test
  void the_first_look_is_a_precise_one() {
    assertThat(new MemoryGauge(150 * MIB, 0).suspects(START, 1)).isTrue();
  }

  @Test
  void an_estimate_concludes_nothing_and_is_not_kept() {
    MemoryGauge gauge = new MemoryGauge(150 * MIB, 120 * MIB);
    assertThat(gauge.suspects(START, 600 * MIB)).as("a file that is read, say").isTrue();
    assertThat(gauge.curve()).isEmpty();
    assertThat(gauge.peakSince(START)).isEmpty();
    assertThat(gauge.take(START, use(60))).isEqualTo(Verdict.FINE);
    assertThat(gauge.heldBytes()).hasValue(60 * MIB);
  }

  @Test
  void segments_and_files_do_not_count() {
    MemoryGauge gauge = new MemoryGauge(150 * MIB, 0);
    MemoryUse reader = new MemoryUse(700 * MIB, 40 * MIB, 512 * MIB, 512 * MIB, 1);
    assertThat(gauge.take(START, reader)).isEqualTo(Verdict.FINE);
    assertThat(gauge.heldBytes()).hasValue(40 * MIB);
  }

  @Test
  void over_the_limit_is_told_once_and_then_no_more_is_looked_at_closely() {
    MemoryGauge gauge = new MemoryGauge(150 * MIB, 0);
    assertThat(gauge.take(START, use(150))).as("at the limit is within it").isEqualTo(Verdict.FINE);
    assertThat(gauge.take(START + MILLI, use(151))).isEqualTo(Verdict.OVER);
    assertThat(gauge.take(START + 2 * MILLI, use(160))).isEqualTo(Verdict.FINE);
    assertThat(gauge.suspects(START + 3 * MILLI, 165 * MIB)).isFalse();
    assertThat(gauge.nanosToNextLook(PLENTY)).isEqualTo(MemoryGauge.LONGEST_NANOS);
  }

  @Test
  void growth_is_told_once_and_the_limit_comes_first() {
    MemoryGauge gauge = new MemoryGauge(150 * MIB, 100 * MIB);
    assertThat(gauge.take(START, use(100))).isEqualTo(Verdict.FINE);
    assertThat(gauge.take(START + MILLI, use(101))).isEqualTo(Verdict.GROWN);
    assertThat(gauge.take(START + 2 * MILLI, use(102))).isEqualTo(Verdict.FINE);
    assertThat(gauge.take(START + 3 * MILLI, use(151))).isEqualTo(Verdict.OVER);
    assertThat(new MemoryGauge(150 * MIB, 100 * MIB).take(START, use(200))).isEqualTo(Verdict.OVER);
  }

  @Test
  void where_the_kernel_enforces_the_limit_nobody_else_does() {
    MemoryGauge gauge = new MemoryGauge(150 * MIB, 0);
    gauge.kernelEnforces(true);
    assertThat(gauge.take(START, use(149))).isEqualTo(Verdict.FINE);
    assertThat(gauge.isLeftToTheKernel(150 * MIB)).isFalse();
    assertThat(gauge.isLeftToTheKernel(151 * MIB)).isTrue();
    assertThat(gauge.suspects(START + MILLI, 151 * MIB)).isFalse();
    assertThat(gauge.take(START + MILLI, use(151))).isEqualTo(Verdict.FINE);
    assertThat(gauge.nanosToNextLook(PLENTY)).as("for the curve").isEqualTo(5 * MILLI);
    gauge.kernelEnforces(false);
    assertThat(gauge.isLeftToTheKernel(151 * MIB)).isFalse();
    assertThat(gauge.take(START + 2 * MILLI, use(151))).isEqualTo(Verdict.OVER);
  }

  @Test
  void the_curve_has_a_point_each_50_ms_and_the_last_one() {
    MemoryGauge gauge = new MemoryGauge(0, 0);
    for (int i = 0; i <= 103; i++) {
      gauge.take(START + i * 20 * MILLI, use(i));
    }
    List<Sample> curve = gauge.curve();
    assertThat(curve).hasSize(MemoryGauge.KEPT + 1);
    assertThat(curve.getLast()).isEqualTo(new Sample(START + 103 * 20 * MILLI, 103 * MIB));
    for (int i = 1; i < curve.size() - 1; i++) {
      assertThat(curve.get(i).nanos() - curve.get(i - 1).nanos()).isEqualTo(60 * MILLI);
    }
  }

  @Test
  void peaks_are_those_since_a_moment() {
    MemoryGauge gauge = new MemoryGauge(0, 0);
    gauge.take(START, use(100));
    gauge.take(START + 10 * MILLI, use(300));
    gauge.take(START + 20 * MILLI, use(200));
    assertThat(gauge.peakSince(START)).hasValue(300 * MIB);
    assertThat(gauge.peakSince(START + 11 * MILLI)).hasValue(200 * MIB);
    assertThat(gauge.peakSince(START + 21 * MILLI)).isEmpty();
  }

  @Test
  void what_is_held_is_told_with_its_peak_its_speed_and_its_processes() {
    MemoryGauge gauge = new MemoryGauge(150 * MIB, 0);
    for (int i = 0; i <= 10; i++) {
      gauge.take(START + i * 100 * MILLI, use(50 + 10 * i, 2));
    }
    gauge.take(START + 1100 * MILLI, use(151, 2));
    HeapUse heap = new HeapUse(10 * MIB, 20 * MIB, 64 * MIB);
    assertThat(gauge.held(heap, START + 1000 * MILLI))
        .isEqualTo(new Held(150 * MIB, 151 * MIB, 151 * MIB, heap, 100 * MILLI, 2, 91 * MIB));
  }

  @Test
  void where_peaks_are_learned_it_is_looked_at_twenty_times_a_second() {
    MemoryGauge gauge = new MemoryGauge(0, 0);
    assertThat(gauge.nanosToNextLook(Long.MAX_VALUE)).isEqualTo(MemoryGauge.LONGEST_NANOS);
    gauge.learns();
    assertThat(gauge.nanosToNextLook(Long.MAX_VALUE)).isEqualTo(MemoryGauge.APART_NANOS);
  }
}
