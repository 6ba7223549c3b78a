package dev.outlive.internal.pool;

import dev.outlive.internal.protocol.Items;
import dev.outlive.internal.protocol.Parcel;
import dev.outlive.internal.protocol.PlainValue;
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
  private static final int FIRST_BLOCK_BYTES = 4 << 10;
  private static final int BLOCK_BYTES = 1 << 20;
  private static final int DIFFERENT = -1;

  private final List<byte[]> blocks = new ArrayList<>();
  private int[] firsts = new int[4]; // of each block: its first item
  private int[] ends = new int[0]; // of each item in its block, once lengths are different
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
    if (!PlainValue.takes(value)) {
      return false;
    }
    if (block.length - filled < PlainValue.LONGEST_PUT) {
      open(0);
    }
    added(PlainValue.put(value, block, filled) - filled);
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
      open(length);
    }
    value.duplicate().get(block, filled, length);
    added(length);
  }

  /** Opens a block that is larger than the last one, and has room for so many bytes. */
  private void open(int least) {
    if (firsts.length == blocks.size()) {
      firsts = Arrays.copyOf(firsts, 2 * firsts.length);
    }
    firsts[blocks.size()] = count;
    int usual = Math.clamp(8L * block.length, FIRST_BLOCK_BYTES, BLOCK_BYTES);
    block = new byte[Math.max(usual, least)];
    blocks.add(block);
    filled = 0;
  }

  private void added(int length) {
    filled += length;
    if (count == 0) {
      each = length;
    } else if (each != DIFFERENT && each != length) {
      differ();
    }
    if (each == DIFFERENT) {
      ends = count == ends.length ? Arrays.copyOf(ends, 2 * count) : ends;
      ends[count] = filled;
    }
    count++;
  }

  private void differ() {
    ends = new int[2 * count];
    for (int at = 0; at < blocks.size(); at++) {
      for (int item = firsts[at]; item < after(at); item++) {
        ends[item] = end(at, item);
      }
    }
    each = DIFFERENT;
  }

  /** Returns a range of the items; without a copy where it lies in one block. */
  Items range(int from, int to) {
    int at = blockOf(from);
    if (to <= after(at)) {
      int start = start(at, from);
      int length = end(at, to - 1) - start;
      return items(ByteBuffer.wrap(blocks.get(at), start, length).slice(), at, from, to);
    }
    ByteBuffer together = ByteBuffer.allocate(bytesAcross(at, from, to));
    int block = at;
    for (int next = from; next < to; next = after(block++)) {
      int start = start(block, next);
      int end = end(block, Math.min(to, after(block)) - 1);
      together.put(blocks.get(block), start, end - start);
    }
    return items(together.flip(), at, from, to);
  }

  private int bytesAcross(int at, int from, int to) {
    int bytes = -start(at, from);
    int block = at;
    while (to > after(block)) {
      bytes += end(block, after(block) - 1);
      block++;
    }
    return bytes + end(block, to - 1);
  }

  private int blockOf(int item) {
    int found = Arrays.binarySearch(firsts, 0, blocks.size(), item);
    return found >= 0 ? found : -found - 2;
  }

  /** The first item that is in no block up to this one. */
  private int after(int at) {
    return at + 1 == blocks.size() ? count : firsts[at + 1];
  }

  private int start(int at, int item) {
    return item == firsts[at] ? 0 : end(at, item - 1);
  }

  private int end(int at, int item) {
    return each == DIFFERENT ? ends[item] : each * (item + 1 - firsts[at]);
  }

  /** Names where each ends among these bytes, which begin in that block. */
  private Items items(ByteBuffer bytes, int at, int from, int to) {
    if (each != DIFFERENT) {
      return Items.same(bytes, each, to - from);
    }
    int[] all = new int[to - from];
    int block = at;
    int before = -start(at, from);
    for (int item = from; item < to; item++) {
      if (item == after(block)) {
        before += end(block, item - 1);
        block++;
      }
      all[item - from] = before + end(block, item);
    }
    return Items.of(bytes, all);
  }
}
