package dev.outlive.internal.pool;

import dev.outlive.internal.protocol.Items;
import dev.outlive.internal.protocol.Parcel;
import dev.outlive.internal.protocol.PlainValue;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The encoded inputs of a run, in blocks: a million short ones are not a million objects. Filled by
 * one thread before it is handed on, and unchanged from then on, but for what is freed.
 */
final class EncodedItems {
  private static final int BLOCK_BYTES = 1 << 18;
  private static final int DIFFERENT = -1;

  private final List<byte[]> blocks = new ArrayList<>();
  private int[] firsts = new int[4]; // of each block: its first item
  private int[] lengths = new int[0]; // of each item, once they are different
  private final Map<Integer, Parcel> outside = new HashMap<>();
  private byte[] block = new byte[0];
  private int filled;
  private int count;
  private int each; // the length of all, or DIFFERENT

  /** An item is not sent any more; returns whether that frees a segment. */
  boolean free(int item) {
    Parcel own = outside.isEmpty() ? null : outside.remove(item);
    return own != null && own.release();
  }

  /** As {@link #free}, of all items. */
  boolean freeAll() {
    boolean any = !outside.isEmpty();
    outside.values().forEach(Parcel::release);
    outside.clear();
    return any;
  }

  int size() {
    return count;
  }

  /** Adds a number of the most usual types; returns false if it is none. */
  boolean addNumber(Object value) {
    int end = PlainValue.put(value, block, filled);
    if (end < 0 && value instanceof Number) {
      open(BLOCK_BYTES);
      end = PlainValue.put(value, block, 0);
    }
    if (end < 0) {
      return false;
    }
    added(end - filled);
    return true;
  }

  /** Adds a value, of which something may lie in a segment until the item is freed. */
  void add(Parcel value) {
    if (value.segment() != 0) {
      outside.put(count, value);
    }
    add(value.bytes());
  }

  private void add(ByteBuffer value) {
    int length = value.remaining();
    if (length > block.length - filled || blocks.isEmpty()) {
      open(Math.max(BLOCK_BYTES, length));
    }
    value.duplicate().get(block, filled, length);
    added(length);
  }

  private void open(int bytes) {
    if (firsts.length == blocks.size()) {
      firsts = Arrays.copyOf(firsts, 2 * firsts.length);
    }
    firsts[blocks.size()] = count;
    block = new byte[bytes];
    blocks.add(block);
    filled = 0;
  }

  private void added(int length) {
    if (count == 0) {
      each = length;
    } else if (each != DIFFERENT && each != length) {
      lengths = new int[2 * count];
      Arrays.fill(lengths, 0, count, each);
      each = DIFFERENT;
    }
    if (each == DIFFERENT) {
      lengths = count == lengths.length ? Arrays.copyOf(lengths, 2 * count) : lengths;
      lengths[count] = length;
    }
    count++;
    filled += length;
  }

  /** Returns a range of the items; without a copy where it lies in one block. */
  Items range(int from, int to) {
    int found = Arrays.binarySearch(firsts, 0, blocks.size(), from);
    int at = found >= 0 ? found : -found - 2;
    int start = bytes(firsts[at], from);
    if (to <= after(at)) {
      return items(ByteBuffer.wrap(blocks.get(at), start, bytes(from, to)).slice(), from, to);
    }
    ByteArrayOutputStream together = new ByteArrayOutputStream();
    for (int next = from; next < to; at++) {
      int last = Math.min(to, after(at));
      together.write(blocks.get(at), start, bytes(next, last));
      next = last;
      start = 0;
    }
    return items(ByteBuffer.wrap(together.toByteArray()), from, to);
  }

  /** The first item that is in no block up to this one. */
  private int after(int at) {
    return at + 1 == blocks.size() ? count : firsts[at + 1];
  }

  /** How many bytes some items of one block have. */
  private int bytes(int from, int to) {
    if (each != DIFFERENT) {
      return each * (to - from);
    }
    int bytes = 0;
    for (int i = from; i < to; i++) {
      bytes += lengths[i];
    }
    return bytes;
  }

  private Items items(ByteBuffer bytes, int from, int to) {
    if (each != DIFFERENT) {
      return Items.same(bytes, each, to - from);
    }
    int[] ends = new int[to - from];
    int end = 0;
    for (int i = 0; i < ends.length; i++) {
      end += lengths[from + i];
      ends[i] = end;
    }
    return Items.of(bytes, ends);
  }
}
