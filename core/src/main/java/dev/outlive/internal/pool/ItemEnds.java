package dev.outlive.internal.pool;

import dev.outlive.internal.protocol.Items;
import dev.outlive.internal.protocol.PlainNumber;
import dev.outlive.task.Outcome;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.io.StreamCorruptedException;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.RandomAccess;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How the items of a run have ended: each with an outcome, or with a plain value alone. Numbers are
 * kept as numbers and not as objects, of which a million would be copied again and again by the
 * garbage collector. Changed by one thread at a time.
 */
final class ItemEnds {
  private static final byte NOT_ENDED = 0;
  private static final byte NULL = -1;
  private static final byte OBJECT = -2;

  private final byte[] kinds; // of each item: one of those above, or the form of its number
  private int[] numbers = {}; // their low bits, once there is one
  private int[] highBits = {}; // once there is one of more than 32
  private @Nullable Object[] objects = {}; // the others, up to the last one
  private final BitSet outcomes = new BitSet();
  private int ended;

  ItemEnds(int items) {
    kinds = new byte[items];
  }

  int size() {
    return kinds.length;
  }

  boolean has(int item) {
    return kinds[item] != NOT_ENDED;
  }

  /** Returns the outcome or the plain value of an item that has ended. */
  @Nullable Object get(int item) {
    return switch (kinds[item]) {
      case NULL -> null;
      case OBJECT -> objects[item];
      case NOT_ENDED -> throw new IllegalStateException("item " + item + " has not ended");
      default -> PlainNumber.of(kinds[item], bits(item));
    };
  }

  private long bits(int item) {
    return highBits.length == 0
        ? numbers[item]
        : (long) highBits[item] << Integer.SIZE | Integer.toUnsignedLong(numbers[item]);
  }

  /** Returns the items of which there is more than a value, in order. */
  IntStream outcomes() {
    return outcomes.stream();
  }

  /** An item has ended with this outcome. */
  void put(int item, Outcome<?> outcome) {
    outcomes.set(item);
    putObject(item, outcome);
  }

  private void putObject(int item, @Nullable Object end) {
    if (end != null) {
      if (item >= objects.length) {
        objects = Arrays.copyOf(objects, (int) Math.min(kinds.length, 64 + 2L * item));
      }
      objects[item] = end;
    }
    putKind(item, end == null ? NULL : OBJECT);
  }

  private void putKind(int item, byte kind) {
    ended += kinds[item] == NOT_ENDED ? 1 : 0;
    kinds[item] = kind;
  }

  /**
   * Items in a row have returned plain values.
   *
   * @throws StreamCorruptedException if some value is not plain: then the worker lies
   */
  void putAll(int from, Items values) throws StreamCorruptedException {
    for (int i = 0; i < values.size(); i++) {
      byte form = values.numberForm(i);
      if (form == PlainNumber.NONE) {
        putObject(from + i, values.plain(i));
      } else {
        putNumber(from + i, form, values.numberBits(i));
      }
    }
  }

  private void putNumber(int item, byte form, long bits) {
    numbers = numbers.length == 0 ? new int[kinds.length] : numbers;
    numbers[item] = (int) bits;
    if (PlainNumber.isWide(form)) {
      highBits = highBits.length == 0 ? new int[kinds.length] : highBits;
      highBits[item] = (int) (bits >> Integer.SIZE);
    }
    putKind(item, form);
  }

  /** Returns what all have returned, null for each that has failed; nothing may change any more. */
  <O> List<O> values() {
    if (ended < kinds.length) {
      throw new AssertionError("no verdict on " + (kinds.length - ended) + " items");
    }
    outcomes().forEach(item -> putObject(item, valueOf(objects[item])));
    return Collections.unmodifiableList(new Values<>(this));
  }

  private static @Nullable Object valueOf(@Nullable Object end) {
    return end instanceof Outcome<?> outcome ? outcome.orNull() : end;
  }

  /** Is serialised as a list of the JDK's. */
  private static final class Values<O> extends AbstractList<O>
      implements RandomAccess, Serializable {
    private static final long serialVersionUID = 1;

    private final transient ItemEnds ends;

    Values(ItemEnds ends) {
      this.ends = ends;
    }

    @Override
    public int size() {
      return ends.size();
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // nulls of skipped items; a worker's O is trusted
    public O get(int item) {
      return (O) ends.get(item);
    }

    private Object writeReplace() {
      return new ArrayList<>(this);
    }

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
      throw new InvalidObjectException("written as an ArrayList");
    }
  }
}
