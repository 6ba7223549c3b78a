package dev.outlive.internal.worker;

import dev.outlive.internal.protocol.Items;
import dev.outlive.internal.protocol.Message;
import dev.outlive.internal.protocol.PlainValue;
import dev.outlive.internal.protocol.RowPage;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The results of a delivery's last items, which are published in the page and sent many at a time.
 * Filled by the task thread, one row after the other; taken by whoever sends, under the lock of
 * {@link AnswerLink}.
 */
final class ResultRow {
  private static final VarHandle PUBLISHED;

  static {
    try {
      PUBLISHED = MethodHandles.lookup().findVarHandle(ResultRow.class, "published", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final RowPage page;
  private final byte[] bytes;
  private final int[] ends = new int[RowPage.MOST_ITEMS];
  private int count; // task thread only
  private int end; // task thread only

  @SuppressWarnings("UnusedVariable") // by its handle
  private volatile int published;

  private long delivery; // this and what follows: guarded by the link's lock
  private int first;
  private int taken;
  private long takenAt;

  ResultRow(RowPage page) {
    this.page = page;
    this.bytes = new byte[page.capacity()];
  }

  /** A row begins; under the link's lock. */
  void begin(long number, int place, int item, long now) {
    count = 0;
    end = 0;
    published = 0;
    delivery = number;
    first = item;
    taken = 0;
    takenAt = now;
    page.begin(number, place);
  }

  /** Puts a result behind the others; returns false if it is none that can stand here. */
  boolean put(@Nullable Object result) {
    int next = PlainValue.put(result, bytes, end);
    if (next < 0) {
      ByteBuffer encoded = PlainValue.encodeElement(result);
      if (encoded != null && encoded.remaining() <= bytes.length - end) {
        next = end + encoded.remaining();
        encoded.get(bytes, end, encoded.remaining());
      }
    }
    if (next < 0) {
      return false;
    }
    page.put(count, bytes, end, next);
    ends[count++] = next;
    end = next;
    return true;
  }

  /** What was put is published: the slot's word has gone on. */
  void published() {
    PUBLISHED.setRelease(this, count);
  }

  boolean isFull() {
    return count == ends.length;
  }

  /** Returns what was published and not yet taken, if anything was; under the link's lock. */
  Message.@Nullable ReturnedRow take() {
    int from = taken;
    int to = (int) PUBLISHED.getAcquire(this);
    if (from == to) {
      return null;
    }
    taken = to;
    long ran = -takenAt;
    takenAt = System.nanoTime();
    int start = from == 0 ? 0 : ends[from - 1];
    int[] copied = Arrays.copyOfRange(ends, from, to);
    for (int i = 0; i < copied.length; i++) {
      copied[i] -= start;
    }
    ByteBuffer values = ByteBuffer.wrap(Arrays.copyOfRange(bytes, start, ends[to - 1]));
    return new Message.ReturnedRow(delivery, first + from, ran + takenAt, Items.of(values, copied));
  }

  /** All of it was taken; under the link's lock. */
  void end() {
    page.end();
  }
}
