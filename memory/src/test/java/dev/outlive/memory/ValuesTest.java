package dev.outlive.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The four values. */
@ExtendWith(NothingLeft.class)
class ValuesTest {
  @Test
  void an_int_is_what_an_atomic_integer_is() {
    try (SharedInt value = SharedInt.create(5);
        SharedInt zero = SharedInt.create()) {
      assertThat(zero.get()).isZero();
      assertThat(value.getPlain()).isEqualTo(5);
      value.setPlain(6);
      assertThat(value.getAndSet(7)).isEqualTo(6);
      assertThat(value.compareAndSet(6, 1)).isFalse();
      assertThat(value.compareAndSet(7, 1)).isTrue();
      assertThat(value.getAndAdd(2)).isEqualTo(1);
      assertThat(value.addAndGet(-4)).isEqualTo(-1);
      assertThat(value.incrementAndGet()).isZero();
      assertThat(value.getAndIncrement()).isZero();
      assertThat(value.decrementAndGet()).isZero();
      assertThat(value.getAndDecrement()).isZero();
      assertThat(value.updateAndGet(v -> v * 10)).isEqualTo(-10);
      assertThat(value.getAndUpdate(v -> v + 1)).isEqualTo(-10);
      assertThat(value.accumulateAndGet(4, Math::max)).isEqualTo(4);
      assertThat(value.getAndAccumulate(3, Math::min)).isEqualTo(4);
      value.set(Integer.MAX_VALUE);
      assertThat(value.incrementAndGet()).isEqualTo(Integer.MIN_VALUE);
      assertThat(value).hasToString("-2147483648");
    }
  }

  @Test
  void a_long_is_what_an_atomic_long_is() {
    try (SharedLong value = SharedLong.create(5L << 40)) {
      assertThat(value.getAndAdd(1)).isEqualTo(5L << 40);
      assertThat(value.getAndSet(7)).isEqualTo((5L << 40) + 1);
      assertThat(value.compareAndSet(7, 1)).isTrue();
      assertThat(value.updateAndGet(v -> v - 2)).isEqualTo(-1);
      assertThat(value.accumulateAndGet(4, Long::sum)).isEqualTo(3);
      value.setPlain(Long.MIN_VALUE);
      assertThat(value.decrementAndGet()).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void a_double_adds_and_compares_bit_by_bit() {
    try (SharedDouble value = SharedDouble.create(Double.NaN)) {
      assertThat(value.compareAndSet(Double.NaN, 0.0)).isTrue();
      assertThat(value.compareAndSet(-0.0, 1)).isFalse();
      assertThat(value.addAndGet(1.5)).isEqualTo(1.5);
      assertThat(value.getAndAdd(1.5)).isEqualTo(1.5);
      assertThat(value.updateAndGet(Math::sqrt)).isEqualTo(Math.sqrt(3));
      assertThat(value.getAndAccumulate(9, Math::max)).isEqualTo(Math.sqrt(3));
      assertThat(value.getAndSet(2)).isEqualTo(9);
      assertThat(value.getPlain()).isEqualTo(2);
    }
  }

  @Test
  void a_boolean_is_what_an_atomic_boolean_is() {
    try (SharedBoolean value = SharedBoolean.create(true)) {
      assertThat(value.get()).isTrue();
      assertThat(value.compareAndSet(false, true)).isFalse();
      assertThat(value.compareAndSet(true, false)).isTrue();
      assertThat(value.getAndSet(true)).isFalse();
      value.setPlain(false);
      assertThat(value.getPlain()).isFalse();
      value.set(true);
      assertThat(value).hasToString("true");
    }
  }
}
