package dev.outlive.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class AttemptCountTest {
  @Test
  void what_was_taken_back_unbegun_is_no_attempt() {
    AttemptCount count = new AttemptCount(false);
    assertThat(count.begun()).isZero();
    count.offered(1);
    assertThat(count.begun()).isEqualTo(1);
    count.takenBack();
    assertThat(count.begun()).isZero();
    count.offered(1);
    assertThat(count.begun()).isEqualTo(1);
  }

  @Test
  void earlier_attempts_stay_when_the_next_is_taken_back() {
    AttemptCount count = new AttemptCount(false);
    count.offered(1);
    count.offered(2);
    count.takenBack();
    assertThat(count.begun()).isEqualTo(1);
  }

  @Test
  void one_that_died_unbegun_and_was_offered_again_is_one() {
    AttemptCount count = new AttemptCount(false);
    count.offered(1);
    count.offered(1);
    count.takenBack();
    assertThat(count.begun()).isZero();
  }

  @Test
  void a_run_has_begun_while_one_of_its_deliveries_has() {
    AttemptCount count = new AttemptCount(true);
    count.offered(1);
    count.offered(1);
    count.takenBack();
    assertThat(count.begun()).isEqualTo(1);
    count.takenBack();
    assertThat(count.begun()).isZero();
    count.offered(1);
    count.offered(2);
    assertThat(count.begun()).isEqualTo(2);
    count.offered(1);
    assertThat(count.begun()).isEqualTo(2);
  }
}
