package dev.outlive.internal.protocol;

import dev.outlive.internal.protocol.SlotWord.Phase;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The results of a delivery's last items, in the page, so that they are published by nothing more
 * than the step in the slot's word to the next item. How many there are follows from that word.
 *
 * <pre>
 *   0          8                   16
 *   | delivery | place of the first | ends: 4 bytes for each of 4,096 | the results' bytes
 * </pre>
 *
 * <p>The delivery is 0 while there is no row. Written by the worker's task thread alone.
 */
public final class RowPage {
  /** The most results of a row. */
  public static final int MOST_ITEMS = 4096;

  private static final long DELIVERY = 0;
  private static final long FIRST = 8;
  private static final long ENDS = 16;
  private static final long BYTES = ENDS + 4L * MOST_ITEMS;
  private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

  private final MemorySegment place;

  RowPage(MemorySegment place) {
    this.place = place;
  }

  /** Returns how many bytes the results of a row may have together. */
  public int capacity() {
    return (int) (place.byteSize() - BYTES);
  }

  /** A row begins with the item at this place of the delivery. */
  public void begin(long delivery, int first) {
    WORD.setRelease(place, DELIVERY, 0L);
    WORD.setRelease(place, FIRST, (long) first);
    WORD.setRelease(place, DELIVERY, delivery);
  }

  /** Puts a result into the row; it counts once the slot's word has gone on. */
  public void put(int index, byte[] bytes, int from, int to) {
    MemorySegment.copy(bytes, from, place, ValueLayout.JAVA_BYTE, BYTES + from, to - from);
    place.set(ValueLayout.JAVA_INT, ENDS + 4L * index, to);
  }

  /** The row was sent. */
  public void end() {
    WORD.setRelease(place, DELIVERY, 0L);
  }

  /** Returns whose results are here; 0: nobody's. */
  public long delivery() {
    return (long) WORD.getAcquire(place, DELIVERY);
  }

  /**
   * Returns the results that were published; null if there are none, or what the page says cannot
   * be. For the pool, once the worker is gone.
   *
   * @param word the word of the delivery's slot
   * @param first the index of the delivery's first item
   */
  public Message.@Nullable ReturnedRow published(long word, int first) {
    long delivery = delivery();
    long begin = (long) WORD.getAcquire(place, FIRST);
    Phase phase = SlotWord.phase(word);
    boolean whole = phase == Phase.PUBLISHING || phase == Phase.DONE;
    long count = SlotWord.item(word) - begin + (whole ? 1 : 0);
    if (delivery == 0 || SlotWord.delivery(word) != delivery || begin < 0) {
      return null;
    }
    if (count <= 0 || count > MOST_ITEMS) {
      return null;
    }
    int[] ends = new int[(int) count];
    MemorySegment.copy(place, ValueLayout.JAVA_INT, ENDS, ends, 0, ends.length);
    int before = 0;
    for (int end : ends) {
      if (end < before || end > capacity()) {
        return null;
      }
      before = end;
    }
    byte[] bytes = new byte[before];
    MemorySegment.copy(place, ValueLayout.JAVA_BYTE, BYTES, bytes, 0, bytes.length);
    Items values = Items.of(ByteBuffer.wrap(bytes), ends);
    return new Message.ReturnedRow(delivery, first + (int) begin, 0, values);
  }
}
