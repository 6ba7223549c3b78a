package dev.outlive.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The six arrays: all sizes, ranges and bounds. */
@ExtendWith(NothingLeft.class)
class ArraysTest {
  private static void refused(ThrowingCallable call, String... numbers) {
    assertThatThrownBy(call)
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContainingAll((CharSequence[]) numbers);
  }

  @Test
  void bytes() {
    try (SharedByteArray none = SharedByteArray.create(0);
        SharedByteArray one = SharedByteArray.create(1);
        SharedByteArray array = SharedByteArray.create(new byte[] {1, 2, 3, 4, 5})) {
      assertThat(none.length()).isZero();
      assertThat(none.toArray()).isEmpty();
      none.fill((byte) 1);
      refused(() -> none.get(0), "0", "length 0");
      assertThat(one.toArray()).containsExactly((byte) 0);
      one.set(0, (byte) 9);
      assertThat(one.get(0)).isEqualTo((byte) 9);
      assertThat(array.length()).isEqualTo(5);
      array.fill(1, 3, (byte) 7);
      assertThat(array.toArray()).containsExactly(new byte[] {1, 7, 7, 4, 5});
      array.copyFrom(new byte[] {0, 8, 9}, 1, 3, 2);
      byte[] copy = new byte[4];
      array.copyTo(2, copy, 1, 3);
      assertThat(copy).containsExactly(new byte[] {0, 7, 8, 9});
      array.setVolatile(4, (byte) 6);
      assertThat(array.getVolatile(4)).isEqualTo((byte) 6);
      array.copyFrom(copy, 4, 5, 0);
      refused(() -> array.get(5), "5", "length 5");
      refused(() -> array.set(-1, (byte) 0), "-1", "length 5");
      refused(() -> array.getVolatile(1L << 40), "1099511627776", "length 5");
      refused(() -> array.copyTo(3, copy, 0, 3), "3", "length 5");
      refused(() -> array.copyTo(0, copy, 3, 2), "3", "length 4");
      refused(() -> array.copyFrom(copy, 0, 4, 2), "4", "length 5");
      refused(() -> array.copyFrom(copy, -1, 0, 2), "-1", "length 4");
      refused(() -> array.fill(2, 6, (byte) 0), "6", "length 5");
      assertThat(array.toString()).contains("SharedByteArray", " of 5");
    }
  }

  @Test
  void shorts() {
    try (SharedShortArray none = SharedShortArray.create(0);
        SharedShortArray one = SharedShortArray.create(1);
        SharedShortArray array = SharedShortArray.create(new short[] {1, 2, 3, 4, 5})) {
      assertThat(none.length()).isZero();
      assertThat(none.toArray()).isEmpty();
      none.fill((short) 1);
      refused(() -> none.get(0), "0", "length 0");
      assertThat(one.toArray()).containsExactly((short) 0);
      one.set(0, (short) 9);
      assertThat(one.get(0)).isEqualTo((short) 9);
      assertThat(array.length()).isEqualTo(5);
      array.fill(1, 3, (short) 7);
      assertThat(array.toArray()).containsExactly(new short[] {1, 7, 7, 4, 5});
      array.copyFrom(new short[] {0, 8, 9}, 1, 3, 2);
      short[] copy = new short[4];
      array.copyTo(2, copy, 1, 3);
      assertThat(copy).containsExactly(new short[] {0, 7, 8, 9});
      array.setVolatile(4, (short) 6);
      assertThat(array.getVolatile(4)).isEqualTo((short) 6);
      array.copyFrom(copy, 4, 5, 0);
      refused(() -> array.get(5), "5", "length 5");
      refused(() -> array.set(-1, (short) 0), "-1", "length 5");
      refused(() -> array.getVolatile(1L << 40), "1099511627776", "length 5");
      refused(() -> array.copyTo(3, copy, 0, 3), "3", "length 5");
      refused(() -> array.copyTo(0, copy, 3, 2), "3", "length 4");
      refused(() -> array.copyFrom(copy, 0, 4, 2), "4", "length 5");
      refused(() -> array.copyFrom(copy, -1, 0, 2), "-1", "length 4");
      refused(() -> array.fill(2, 6, (short) 0), "6", "length 5");
      assertThat(array.toString()).contains("SharedShortArray", " of 5");
    }
  }

  @Test
  void ints() {
    try (SharedIntArray none = SharedIntArray.create(0);
        SharedIntArray one = SharedIntArray.create(1);
        SharedIntArray array = SharedIntArray.create(new int[] {1, 2, 3, 4, 5})) {
      assertThat(none.length()).isZero();
      assertThat(none.toArray()).isEmpty();
      none.fill(1);
      refused(() -> none.get(0), "0", "length 0");
      assertThat(one.toArray()).containsExactly(0);
      one.set(0, 9);
      assertThat(one.get(0)).isEqualTo(9);
      assertThat(array.length()).isEqualTo(5);
      array.fill(1, 3, 7);
      assertThat(array.toArray()).containsExactly(new int[] {1, 7, 7, 4, 5});
      array.copyFrom(new int[] {0, 8, 9}, 1, 3, 2);
      int[] copy = new int[4];
      array.copyTo(2, copy, 1, 3);
      assertThat(copy).containsExactly(new int[] {0, 7, 8, 9});
      array.setVolatile(4, 6);
      assertThat(array.getVolatile(4)).isEqualTo(6);
      array.copyFrom(copy, 4, 5, 0);
      refused(() -> array.get(5), "5", "length 5");
      refused(() -> array.set(-1, 0), "-1", "length 5");
      refused(() -> array.getVolatile(1L << 40), "1099511627776", "length 5");
      refused(() -> array.copyTo(3, copy, 0, 3), "3", "length 5");
      refused(() -> array.copyTo(0, copy, 3, 2), "3", "length 4");
      refused(() -> array.copyFrom(copy, 0, 4, 2), "4", "length 5");
      refused(() -> array.copyFrom(copy, -1, 0, 2), "-1", "length 4");
      refused(() -> array.fill(2, 6, 0), "6", "length 5");
      assertThat(array.toString()).contains("SharedIntArray", " of 5");
      assertThat(array.getAndAdd(0, 4)).isEqualTo(1);
      assertThat(array.addAndGet(0, 4)).isEqualTo(9);
      assertThat(array.incrementAndGet(0)).isEqualTo(10);
      assertThat(array.getAndSet(0, 3)).isEqualTo(10);
      assertThat(array.compareAndSet(0, 2, 1)).isFalse();
      assertThat(array.compareAndSet(0, 3, 1)).isTrue();
      assertThat(array.updateAndGet(0, v -> v + 1)).isEqualTo(2);
      assertThat(array.accumulateAndGet(0, 5, Math::max)).isEqualTo(5);
      refused(() -> array.compareAndSet(5, 0, 0), "5", "length 5");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SharedIntArray.create(-1))
        .withMessageContaining("length=-1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SharedIntArray.create(Long.MAX_VALUE))
        .withMessageContaining("length=9223372036854775807");
  }

  @Test
  void longs() {
    try (SharedLongArray none = SharedLongArray.create(0);
        SharedLongArray one = SharedLongArray.create(1);
        SharedLongArray array = SharedLongArray.create(new long[] {1, 2, 3, 4, 5})) {
      assertThat(none.length()).isZero();
      assertThat(none.toArray()).isEmpty();
      none.fill(1);
      refused(() -> none.get(0), "0", "length 0");
      assertThat(one.toArray()).containsExactly(0);
      one.set(0, 9);
      assertThat(one.get(0)).isEqualTo(9);
      assertThat(array.length()).isEqualTo(5);
      array.fill(1, 3, 7);
      assertThat(array.toArray()).containsExactly(new long[] {1, 7, 7, 4, 5});
      array.copyFrom(new long[] {0, 8, 9}, 1, 3, 2);
      long[] copy = new long[4];
      array.copyTo(2, copy, 1, 3);
      assertThat(copy).containsExactly(new long[] {0, 7, 8, 9});
      array.setVolatile(4, 6);
      assertThat(array.getVolatile(4)).isEqualTo(6);
      array.copyFrom(copy, 4, 5, 0);
      refused(() -> array.get(5), "5", "length 5");
      refused(() -> array.set(-1, 0), "-1", "length 5");
      refused(() -> array.getVolatile(1L << 40), "1099511627776", "length 5");
      refused(() -> array.copyTo(3, copy, 0, 3), "3", "length 5");
      refused(() -> array.copyTo(0, copy, 3, 2), "3", "length 4");
      refused(() -> array.copyFrom(copy, 0, 4, 2), "4", "length 5");
      refused(() -> array.copyFrom(copy, -1, 0, 2), "-1", "length 4");
      refused(() -> array.fill(2, 6, 0), "6", "length 5");
      assertThat(array.toString()).contains("SharedLongArray", " of 5");
      assertThat(array.getAndAdd(0, 4)).isEqualTo(1);
      assertThat(array.addAndGet(0, 4)).isEqualTo(9);
      assertThat(array.incrementAndGet(0)).isEqualTo(10);
      assertThat(array.getAndSet(0, 3)).isEqualTo(10);
      assertThat(array.compareAndSet(0, 2, 1)).isFalse();
      assertThat(array.compareAndSet(0, 3, 1)).isTrue();
      assertThat(array.updateAndGet(0, v -> v + 1)).isEqualTo(2);
      assertThat(array.accumulateAndGet(0, 5, Math::max)).isEqualTo(5);
      refused(() -> array.compareAndSet(5, 0, 0), "5", "length 5");
    }
  }

  @Test
  void floats() {
    try (SharedFloatArray none = SharedFloatArray.create(0);
        SharedFloatArray one = SharedFloatArray.create(1);
        SharedFloatArray array = SharedFloatArray.create(new float[] {1, 2, 3, 4, 5})) {
      assertThat(none.length()).isZero();
      assertThat(none.toArray()).isEmpty();
      none.fill(1);
      refused(() -> none.get(0), "0", "length 0");
      assertThat(one.toArray()).containsExactly(0);
      one.set(0, 9);
      assertThat(one.get(0)).isEqualTo(9);
      assertThat(array.length()).isEqualTo(5);
      array.fill(1, 3, 7);
      assertThat(array.toArray()).containsExactly(new float[] {1, 7, 7, 4, 5});
      array.copyFrom(new float[] {0, 8, 9}, 1, 3, 2);
      float[] copy = new float[4];
      array.copyTo(2, copy, 1, 3);
      assertThat(copy).containsExactly(new float[] {0, 7, 8, 9});
      array.setVolatile(4, 6);
      assertThat(array.getVolatile(4)).isEqualTo(6);
      array.copyFrom(copy, 4, 5, 0);
      refused(() -> array.get(5), "5", "length 5");
      refused(() -> array.set(-1, 0), "-1", "length 5");
      refused(() -> array.getVolatile(1L << 40), "1099511627776", "length 5");
      refused(() -> array.copyTo(3, copy, 0, 3), "3", "length 5");
      refused(() -> array.copyTo(0, copy, 3, 2), "3", "length 4");
      refused(() -> array.copyFrom(copy, 0, 4, 2), "4", "length 5");
      refused(() -> array.copyFrom(copy, -1, 0, 2), "-1", "length 4");
      refused(() -> array.fill(2, 6, 0), "6", "length 5");
      assertThat(array.toString()).contains("SharedFloatArray", " of 5");
      assertThat(array.addAndGet(0, 9)).isEqualTo(10);
      assertThat(array.getAndSet(0, 3)).isEqualTo(10);
      assertThat(array.compareAndSet(0, 2, 1)).isFalse();
      assertThat(array.compareAndSet(0, 3, 1)).isTrue();
      assertThat(array.updateAndGet(0, v -> v + 1)).isEqualTo(2);
      assertThat(array.accumulateAndGet(0, 5, Math::max)).isEqualTo(5);
      refused(() -> array.compareAndSet(5, 0, 0), "5", "length 5");
    }
  }

  @Test
  void doubles() {
    try (SharedDoubleArray none = SharedDoubleArray.create(0);
        SharedDoubleArray one = SharedDoubleArray.create(1);
        SharedDoubleArray array = SharedDoubleArray.create(new double[] {1, 2, 3, 4, 5})) {
      assertThat(none.length()).isZero();
      assertThat(none.toArray()).isEmpty();
      none.fill(1);
      refused(() -> none.get(0), "0", "length 0");
      assertThat(one.toArray()).containsExactly(0);
      one.set(0, 9);
      assertThat(one.get(0)).isEqualTo(9);
      assertThat(array.length()).isEqualTo(5);
      array.fill(1, 3, 7);
      assertThat(array.toArray()).containsExactly(new double[] {1, 7, 7, 4, 5});
      array.copyFrom(new double[] {0, 8, 9}, 1, 3, 2);
      double[] copy = new double[4];
      array.copyTo(2, copy, 1, 3);
      assertThat(copy).containsExactly(new double[] {0, 7, 8, 9});
      array.setVolatile(4, 6);
      assertThat(array.getVolatile(4)).isEqualTo(6);
      array.copyFrom(copy, 4, 5, 0);
      refused(() -> array.get(5), "5", "length 5");
      refused(() -> array.set(-1, 0), "-1", "length 5");
      refused(() -> array.getVolatile(1L << 40), "1099511627776", "length 5");
      refused(() -> array.copyTo(3, copy, 0, 3), "3", "length 5");
      refused(() -> array.copyTo(0, copy, 3, 2), "3", "length 4");
      refused(() -> array.copyFrom(copy, 0, 4, 2), "4", "length 5");
      refused(() -> array.copyFrom(copy, -1, 0, 2), "-1", "length 4");
      refused(() -> array.fill(2, 6, 0), "6", "length 5");
      assertThat(array.toString()).contains("SharedDoubleArray", " of 5");
      assertThat(array.addAndGet(0, 9)).isEqualTo(10);
      assertThat(array.getAndSet(0, 3)).isEqualTo(10);
      assertThat(array.compareAndSet(0, 2, 1)).isFalse();
      assertThat(array.compareAndSet(0, 3, 1)).isTrue();
      assertThat(array.updateAndGet(0, v -> v + 1)).isEqualTo(2);
      assertThat(array.accumulateAndGet(0, 5, Math::max)).isEqualTo(5);
      refused(() -> array.compareAndSet(5, 0, 0), "5", "length 5");
    }
  }
}
