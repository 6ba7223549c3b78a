package dev.outlive.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;

/**
 * An {@code int[]} that processes share, of zeros at first; lengths and indices are {@code long},
 * and go as far as memory does.
 *
 * {@snippet file="dev/outlive/memory/snippets/MemorySnippets.java" region="squares"}
 *
 * <p>{@link #get} and {@link #set} are plain, like those of an array: fast, and others see what is
 * written at some time, at the latest after a lock, or a volatile access, of both. What changes an
 * element depending on what it was is atomic, and lock-free on x86-64 and arm64. Bulk copies go at
 * the speed of memory, and are not atomic. After {@link #close} all of it throws {@link
 * IllegalStateException}. Safe for use by many threads and processes.
 */
public final class SharedIntArray extends Shared {
  private static final long serialVersionUID = 1;
  private static final VarHandle ELEMENT = JAVA_INT.varHandle();

  private final transient MemorySegment data;
  private final transient long length;

  SharedIntArray(Segment segment) {
    super(segment);
    this.data = segment.data();
    this.length = data.byteSize() >> 2;
  }

  /**
   * Makes one of zeros, whose room is reserved.
   *
   * @param length how many elements, 0 and more
   * @throws SharedMemoryException if there is no room for it
   */
  public static SharedIntArray create(long length) {
    return (SharedIntArray)
        SegmentTable.create(
                SegmentType.INT_ARRAY, SegmentType.INT_ARRAY.bytes(length), Optional.empty())
            .face();
  }

  /**
   * Makes one that begins as a copy of an array.
   *
   * @throws SharedMemoryException if there is no room for it
   */
  public static SharedIntArray create(int[] values) {
    SharedIntArray made = create((long) values.length);
    made.copyFrom(values, 0, 0, values.length);
    return made;
  }

  /** Returns how many elements it has. */
  public long length() {
    return length;
  }

  /**
   * Returns an element, as plain read.
   *
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public int get(long index) {
    try {
      return (int) ELEMENT.get(data, at(index));
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /**
   * Sets an element, as plain write.
   *
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public void set(long index, int value) {
    try {
      ELEMENT.set(data, at(index), value);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /**
   * Returns an element, as volatile read: with all that was written before it was.
   *
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public int getVolatile(long index) {
    try {
      return (int) ELEMENT.getVolatile(data, at(index));
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /**
   * Sets an element, as volatile write.
   *
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public void setVolatile(long index, int value) {
    try {
      ELEMENT.setVolatile(data, at(index), value);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /**
   * Sets an element and returns the one before.
   *
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public int getAndSet(long index, int value) {
    try {
      return (int) ELEMENT.getAndSet(data, at(index), value);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /**
   * Sets an element if it is the expected one; returns whether it was.
   *
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public boolean compareAndSet(long index, int expected, int value) {
    try {
      return ELEMENT.compareAndSet(data, at(index), expected, value);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /**
   * Adds to an element and returns the value before. It wraps around.
   *
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public int getAndAdd(long index, int delta) {
    try {
      return (int) ELEMENT.getAndAdd(data, at(index), delta);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Adds to an element and returns the sum. It wraps around. */
  public int addAndGet(long index, int delta) {
    return getAndAdd(index, delta) + delta;
  }

  /** Adds one to an element and returns the sum. */
  public int incrementAndGet(long index) {
    return addAndGet(index, 1);
  }

  /**
   * Sets what the function makes of an element, and returns that; it may be called several times.
   */
  public int updateAndGet(long index, IntUnaryOperator function) {
    while (true) {
      int before = getVolatile(index);
      int after = function.applyAsInt(before);
      if (compareAndSet(index, before, after)) {
        return after;
      }
    }
  }

  /** Sets what the function makes of an element and another value, and returns that. */
  public int accumulateAndGet(long index, int other, IntBinaryOperator function) {
    return updateAndGet(index, before -> function.applyAsInt(before, other));
  }

  /**
   * Copies elements from an array into this one.
   *
   * @param values where they come from
   * @param offset the first of them
   * @param index where the first goes
   * @param count how many, 0 and more
   * @throws IndexOutOfBoundsException if there are not as many here or there
   */
  public void copyFrom(int[] values, int offset, long index, int count) {
    int from = Objects.checkFromIndexSize(offset, count, values.length);
    long to = Objects.checkFromIndexSize(index, (long) count, length) << 2;
    try {
      MemorySegment.copy(values, from, data, JAVA_INT, to, count);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /**
   * Copies elements from this one into an array.
   *
   * @param index the first of them
   * @param values where they go
   * @param offset where the first goes
   * @param count how many, 0 and more
   * @throws IndexOutOfBoundsException if there are not as many here or there
   */
  public void copyTo(long index, int[] values, int offset, int count) {
    long from = Objects.checkFromIndexSize(index, (long) count, length) << 2;
    int to = Objects.checkFromIndexSize(offset, count, values.length);
    try {
      MemorySegment.copy(data, JAVA_INT, from, values, to, count);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /**
   * Returns a copy of all elements.
   *
   * @throws IllegalStateException if there are more than an array can have
   */
  public int[] toArray() {
    if (length > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(
          mapped() + " has " + length + " elements, more than an array can have: use copyTo");
    }
    int[] all = new int[(int) length];
    copyTo(0, all, 0, all.length);
    return all;
  }

  /** Sets all elements. */
  public void fill(int value) {
    fill(0, length, value);
  }

  /**
   * Sets the elements of a range.
   *
   * @param from the first of them
   * @param to the first that is left alone
   * @throws IndexOutOfBoundsException if there are no such elements
   */
  public void fill(long from, long to, int value) {
    long first = Objects.checkFromToIndex(from, to, length);
    try {
      for (long at = first; at < to; at++) {
        ELEMENT.set(data, at << 2, value);
      }
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /** Returns its type, length and number. */
  @Override
  public String toString() {
    return mapped() + " of " + length + (isClosed() ? " (closed)" : "");
  }

  private long at(long index) {
    return Objects.checkIndex(index, length) << 2;
  }
}
