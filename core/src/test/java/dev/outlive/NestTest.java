package dev.outlive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outlive.internal.protocol.Nesting;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a pool within pools may have. */
final class NestTest {
  private static Optional<Nesting> around(int depth, int limit, int share) {
    return Optional.of(new Nesting(depth, limit, share));
  }

  @ParameterizedTest
  @CsvSource({
    // workers of the outermost pool, processors, what each of its workers may have
    "1, 8, 8",
    "2, 8, 4",
    "3, 8, 2",
    "8, 8, 1",
    "16, 8, 1",
    "5, 4, 1",
    "1, 1, 1",
    "1024, 1, 1"
  })
  void the_outermost_pool_shares_its_workers_or_its_processors(
      int workers, int processors, int share) {
    Nest nest = Nest.of("root", null, Optional.empty());
    assertThat(nest.workers(workers, true)).isEqualTo(workers);
    assertThat(nest.spares(2)).isEqualTo(2);
    assertThat(nest.ofItsWorkers(workers, processors)).isEqualTo(new Nesting(1, 3, share));
  }

  @ParameterizedTest
  @CsvSource({
    // share, wanted, granted, share of each of its workers
    "4, 8, 4, 1",
    "4, 4, 4, 1",
    "4, 2, 2, 2",
    "4, 1, 1, 4",
    "1, 1, 1, 1",
    "1, 64, 1, 1"
  })
  void a_pool_within_has_its_share_at_most_and_hands_it_on(
      int share, int wanted, int granted, int next) {
    Nest nest = Nest.of("within", null, around(1, 3, share));
    assertThat(nest.workers(wanted, true)).isEqualTo(granted);
    assertThat(nest.workers(wanted, false)).isEqualTo(granted);
    assertThat(nest.spares(2)).isZero();
    assertThat(nest.ofItsWorkers(granted, 64)).isEqualTo(new Nesting(2, 3, next));
  }

  @Test
  void the_smallest_limit_around_counts() {
    assertThat(Nest.of("a", 5, Optional.empty()).ofItsWorkers(1, 1).limit()).isEqualTo(5);
    assertThat(Nest.of("a", 5, around(1, 2, 1)).ofItsWorkers(1, 1).limit()).isEqualTo(2);
    assertThat(Nest.of("a", 2, around(1, 5, 1)).ofItsWorkers(1, 1).limit()).isEqualTo(2);
    assertThat(Nest.of("a", null, around(1, 5, 1)).ofItsWorkers(1, 1).limit()).isEqualTo(5);
  }

  @Test
  void one_too_deep_is_refused_with_the_numbers_and_the_setting() {
    assertThatThrownBy(() -> Nest.of("deep", null, around(3, 3, 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "pool \"deep\" cannot be built: it would be number 4 of pools within each other, and 3"
                + " are allowed. If no pool builds pools without end, set nesting(4) on the"
                + " outermost pool's builder");
    assertThatThrownBy(() -> Nest.of("deep", 1, around(1, 3, 1)))
        .hasMessageContaining("number 2 of pools within each other, and 1 is allowed");
  }

  @Test
  void outside_of_a_worker_a_pool_may_be_built_wherever_it_likes() {
    assertThat(Nesting.unsettledClass()).isEmpty();
    assertThat(Nest.here("here", null).workers(7, true)).isEqualTo(7);
  }
}
