package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessTableTest {
  @Test
  void a_listing_is_believed_for_fifty_times_its_cost_and_never_for_more_than_a_second() {
    assertThat(ProcessTable.fresh(0)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(10));
    assertThat(ProcessTable.fresh(TimeUnit.MILLISECONDS.toNanos(2)))
        .isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
    assertThat(ProcessTable.fresh(TimeUnit.MILLISECONDS.toNanos(490)))
        .as("cold, on a busy machine")
        .isEqualTo(TimeUnit.SECONDS.toNanos(1));
  }
}
