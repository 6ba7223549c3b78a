package dev.outlive.internal.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outlive.spi.MemoryView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HostWatchTest {
  @ParameterizedTest
  @CsvSource({
    // closely, free MiB, ms until the next look
    "false,     4000,     1000",
    "false,     512,      500",
    "false,     100,      97",
    "false,     10,       20",
    "false,     0,        20",
    "true,      4000,     100",
    "true,      50,       48",
    "true,      0,        20",
  })
  void the_next_look_comes_before_it_can_be_full(boolean closely, long free, long millis) {
    assertThat(HostWatch.interval(closely, free << 20) / 1_000_000).isEqualTo(millis);
  }

  @Test
  void a_look_is_told_with_what_the_workers_hold() {
    List<MemoryView> told = new ArrayList<>();
    HostWatch watch = new HostWatch(told::add);
    assertThat(watch.due(7)).as("the first at once").isEqualTo(7);
    assertThat(watch.freeBytes()).isEqualTo(Long.MAX_VALUE);
    watch.look(7, List.of(ProcessHandle.current().pid()), Map.of(3, 42L));
    assertThat(told)
        .singleElement()
        .satisfies(
            view -> {
              assertThat(view.nanos()).isEqualTo(7);
              assertThat(view.heldBytes()).containsExactly(Map.entry(3, 42L));
              assertThat(view.freeBytes()).isBetween(1L, view.totalBytes());
              assertThat(view.place()).matches("the machine|control group /.*");
            });
    assertThat(watch.freeBytes()).isEqualTo(told.getFirst().freeBytes());
    assertThat(watch.due(8) - 7).isEqualTo(HostWatch.interval(false, watch.freeBytes()));
    watch.closely(true);
    assertThat(watch.due(8) - 7).isLessThanOrEqualTo(HostWatch.CLOSE_NANOS);
  }
}
