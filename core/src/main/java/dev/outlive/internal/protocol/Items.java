package dev.outlive.internal.protocol;

import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encoded values in a row. They stand one after the other in one buffer, so that many short ones
 * cost neither an object each nor a copy. Immutable.
 */
public final class Items {
  private final ByteBuffer bytes;
  private final int @Nullable [] ends; // null: all have the same length
  private final int each;
  private final int count;

  private Items(ByteBuffer bytes, int @Nullable [] ends, int each, int count) {
    this.bytes = bytes;
    this.ends = ends;
    this.each = each;
    this.count = count;
  }

  /** Returns values that all have the same length. */
  public static Items same(ByteBuffer bytes, int each, int count) {
    return new Items(bytes, null, each, count);
  }

  /**
   * Returns values of different lengths.
   *
   * @param ends where each ends, from the start of the buffer's content
   */
  public static Items of(ByteBuffer bytes, int[] ends) {
    int each = ends[0];
    for (int i = 1; i < ends.length; i++) {
      if (ends[i] - ends[i - 1] != each) {
        return new Items(bytes, ends, 0, ends.length);
      }
    }
    return new Items(bytes, null, each, ends.length);
  }

  /** Returns these values in a row; several of them are copied. */
  public static Items of(List<ByteBuffer> values) {
    if (values.size() == 1) {
      return same(values.getFirst(), values.getFirst().remaining(), 1);
    }
    int[] ends = new int[values.size()];
    int length = 0;
    for (int i = 0; i < ends.length; i++) {
      length = Math.addExact(length, values.get(i).remaining());
      ends[i] = length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    values.forEach(value -> all.put(value.duplicate()));
    return ends.length == 0 ? same(all, 0, 0) : of(all.flip(), ends);
  }

  /** Returns how many values there are. */
  public int size() {
    return count;
  }

  /** Whether all have the same length. */
  boolean isUniform() {
    return ends == null;
  }

  /** Returns all values, one after the other. */
  ByteBuffer bytes() {
    return bytes.duplicate();
  }

  /** Returns how many bytes a value has. */
  int length(int index) {
    return ends == null ? each : end(index) - start(index);
  }

  private int start(int index) {
    return index == 0 ? 0 : end(index - 1);
  }

  private int end(int index) {
    return ends == null ? each * (index + 1) : ends[index];
  }

  /** Returns a value. */
  public ByteBuffer get(int index) {
    int start = start(index);
    return bytes.slice(bytes.position() + start, end(index) - start);
  }

  /** Whether a value is a {@link PlainValue}, and neither list nor array. */
  public boolean isPlain(int index) {
    int start = start(index);
    return end(index) > start && PlainElement.owns(bytes.get(bytes.position() + start));
  }

  /**
   * Returns the value of a short form.
   *
   * @throws StreamCorruptedException if it is none, or not whole
   */
  public @Nullable Object plain(int index) throws StreamCorruptedException {
    int start = start(index);
    int length = end(index) - start;
    return PlainValue.decode(bytes, bytes.position() + start, length);
  }

  /** Returns the form of a value that is a {@link PlainNumber}, else {@link PlainNumber#NONE}. */
  public byte numberForm(int index) {
    int start = start(index);
    int length = end(index) - start;
    return length == 0
        ? PlainNumber.NONE
        : PlainNumber.form(bytes.get(bytes.position() + start), length);
  }

  /** Returns the bits of a value that is a {@link PlainNumber}. */
  public long numberBits(int index) {
    int start = start(index);
    int at = bytes.position() + start + 1;
    return end(index) - start > Long.BYTES ? bytes.getLong(at) : bytes.getInt(at);
  }

  /** Returns these values without the first ones. */
  public Items from(int first) {
    if (first == 0) {
      return this;
    }
    int start = start(first);
    ByteBuffer rest = bytes.slice(bytes.position() + start, bytes.remaining() - start);
    int[] all = ends;
    if (all == null) {
      return same(rest, each, count - first);
    }
    int[] left = Arrays.copyOfRange(all, first, count);
    for (int i = 0; i < left.length; i++) {
      left[i] -= start;
    }
    return new Items(rest, left, 0, left.length);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof Items items) || items.count != count) {
      return false;
    }
    boolean same = items.bytes.equals(bytes);
    for (int i = 0; same && i < count; i++) {
      same = items.end(i) == end(i);
    }
    return same;
  }

  @Override
  public int hashCode() {
    return bytes.hashCode();
  }

  @Override
  public String toString() {
    return count + " values, " + bytes.remaining() + " bytes";
  }
}
