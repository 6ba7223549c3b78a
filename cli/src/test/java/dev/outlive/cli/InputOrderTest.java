package dev.outlive.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InputOrderTest {
  private final List<Integer> out = new ArrayList<>();
  private final InputOrder<Integer> order = new InputOrder<>(value -> 10, out::add);

  @Test
  void whatComesEarlyWaitsForThoseBeforeIt() {
    order.add(1, 1);
    order.add(2, 2);
    assertThat(out).isEmpty();
    assertThat(order.weight()).isEqualTo(20);
    order.add(0, 0);
    assertThat(out).containsExactly(0, 1, 2);
    assertThat(order.weight()).isZero();
  }

  @Test
  void anyOrderBecomesThatOfTheInputs() {
    List<Integer> sorted = IntStream.range(0, 1_000).boxed().toList();
    List<Integer> shuffled = new ArrayList<>(sorted);
    Collections.shuffle(shuffled, new Random(1));
    shuffled.forEach(index -> order.add(index, index));
    assertThat(out).isEqualTo(sorted);
  }

  @Test
  void anIndexThatComesTwiceIsABug() {
    order.add(0, 0);
    assertThatThrownBy(() -> order.add(0, 0)).isInstanceOf(AssertionError.class);
  }
}
