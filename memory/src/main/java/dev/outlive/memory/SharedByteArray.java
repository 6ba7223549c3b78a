package dev.outlive.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.Optional;

/**
 * A {@code byte[]} that processes share, of zeros at first; lengths and indices are {@code long},
 * and go as far as memory does.
 *
 * <p>{@link #get} and {@link #set} are plain, like those of an array: fast, and others see what is
 * written at some time, at the latest after a lock, or a volatile access, of both. There is no
 * atomic change of so small an element: guard it with the {@link #mutex}. Bulk copies go at the
 * speed of memory, and are not atomic. After {@link #close} all of it throws {@link
 * IllegalStateException}. Safe for use by many threads and processes.
 */
public final class SharedByteArray extends Shared {
  private static final long serialVersionUID = 1;
  private static final VarHandle ELEMENT = JAVA_BYTE.varHandle();

  private final transient MemorySegment data;
  private final transient long length;

  SharedByteArray(Segment segment) {
    super(segment);
    this.data = segment.data();
    this.length = data.byteSize();
  }

  /**
   * Makes one of zeros, whose room is reserved.
   *
   * @param length how many elements, 0 and more
   * @throws SharedMemoryException if there is no room for it
   */
  public static SharedByteArray create(long length) {
    return (SharedByteArray)
        SegmentTable.create(
                SegmentType.BYTE_ARRAY, SegmentType.BYTE_ARRAY.bytes(length), Optional.empty())
            .face();
  }

  /**
   * Makes one that begins as a copy of an array.
   *
   * @throws SharedMemoryException if there is no room for it
   */
  public static SharedByteArray create(byte[] values) {
    SharedByteArray made = create((long) values.length);
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
  public byte get(long index) {
    try {
      return (byte) ELEMENT.get(data, at(index));
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /**
   * Sets an element, as plain write.
   *
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public void set(long index, byte value) {
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
  public byte getVolatile(long index) {
    try {
      return (byte) ELEMENT.getVolatile(data, at(index));
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /**
   * Sets an element, as volatile write.
   *
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public void setVolatile(long index, byte value) {
    try {
      ELEMENT.setVolatile(data, at(index), value);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
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
  public void copyFrom(byte[] values, int offset, long index, int count) {
    int from = Objects.checkFromIndexSize(offset, count, values.length);
    long to = Objects.checkFromIndexSize(index, (long) count, length);
    try {
      MemorySegment.copy(values, from, data, JAVA_BYTE, to, count);
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
  public void copyTo(long index, byte[] values, int offset, int count) {
    long from = Objects.checkFromIndexSize(index, (long) count, length);
    int to = Objects.checkFromIndexSize(offset, count, values.length);
    try {
      MemorySegment.copy(data, JAVA_BYTE, from, values, to, count);
    } catch (IllegalStateException unmapped) {
      throw closed(unmapped);
    }
  }

  /**
   * Returns a copy of all elements.
   *
   * @throws IllegalStateException if there are more than an array can have
   */
  public byte[] toArray() {
    if (length > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(
          mapped() + " has " + length + " elements, more than an array can have: use copyTo");
    }
    byte[] all = new byte[(int) length];
    copyTo(0, all, 0, all.length);
    return all;
  }

  /** Sets all elements. */
  public void fill(byte value) {
    fill(0, length, value);
  }

  /**
   * Sets the elements of a range.
   *
   * @param from the first of them
   * @param to the first that is left alone
   * @throws IndexOutOfBoundsException if there are no such elements
   */
  public void fill(long from, long to, byte value) {
    long first = Objects.checkFromToIndex(from, to, length);
    try {
      MemorySegment _ = data.asSlice(first, to - first).fill(value);
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
    return Objects.checkIndex(index, length);
  }
}
