package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ChunkSizeTest {
  private final ChunkSize size = new ChunkSize();

  @Test
  void as_long_as_nothing_has_ended_items_go_one_by_one() {
    assertThat(size.next(1_000_000, 2)).isEqualTo(1);
    assertThat(size.next(1_000_000, 2)).isEqualTo(1);
  }

  @Test
  void chunks_of_short_items_grow_by_leaps_until_they_take_a_millisecond() {
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      size.ended(100, 100);
      sizes.add(size.next(10_000_000, 2));
    }
    assertThat(sizes).containsExactly(8, 64, 512, 4096, 10_000, 10_000);
  }

  @Test
  void items_that_take_longer_than_that_go_one_by_one() {
    size.ended(1, 5_000_000);
    assertThat(size.next(1_000, 2)).isEqualTo(1);
  }

  @Test
  void towards_the_end_chunks_shrink_but_not_below_a_tenth_of_a_millisecond() {
    for (int i = 0; i < 8; i++) {
      size.ended(100, 100);
      size.next(10_000_000, 2);
    }
    assertThat(size.next(40_000, 2)).isEqualTo(5_000);
    assertThat(size.next(800, 2)).isEqualTo(1_000);
  }

  @Test
  void items_that_become_slow_are_few_in_a_chunk_at_once() {
    for (int i = 0; i < 8; i++) {
      size.ended(1_000, 100);
      size.next(10_000_000, 2);
    }
    size.ended(20, 10_000_000);
    assertThat(size.next(10_000_000, 2)).isEqualTo(1);
  }
}
