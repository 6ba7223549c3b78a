package dev.outlive.internal.protocol;

import java.io.StreamCorruptedException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The short form of lists of plain values: the JDK's serialisation writes an object for each of
 * their elements. Behind the tag of the {@link PlainValue} that says which list it is:
 *
 * <pre>
 *   | number of elements (4) | 4, 5 or 6 | all of them, Integer, Long or Double, big-endian
 *   | number of elements (4) | 0         | each: tag, length (4) if it is a String, value
 *                                        |  or: 13, the index of the element that it is too (4)
 * </pre>
 *
 * <p>A list comes back as one of the very same class. Of its elements it is only kept that they are
 * equal: two that were one object may come back as two.
 */
final class PlainList {
  private static final Class<?> IMMUTABLE = List.of(0, 0, 0).getClass();
  private static final Class<?> IMMUTABLE_SMALL = List.of(0).getClass();
  private static final byte MIXED = 0;
  private static final byte SAME = 13;
  private static final int BEGIN_BYTES = 1 + Integer.BYTES + 1;
  private static final int USUAL_ELEMENT_BYTES = 16;

  /** The lists of this form. */
  enum Kind {
    ARRAY_LIST(24),
    /** Of {@code List.of}: does not even suffer to be asked for a null. */
    OF(25),
    /** Of {@code Stream.toList}: may hold nulls. */
    TO_LIST(26);

    private static final Kind[] ALL = values();

    private final int tag;

    Kind(int tag) {
      this.tag = tag;
    }

    /** Returns the kind of a tag; null if there is none. */
    static @Nullable Kind tagged(int tag) {
      int place = tag - ARRAY_LIST.tag;
      return place >= 0 && place < ALL.length ? ALL[place] : null;
    }
  }

  private PlainList() {}

  /** Returns which list it is; null if it is none of those that have this form. */
  static @Nullable Kind kind(List<?> list) {
    Class<?> type = list.getClass();
    if (type == ArrayList.class) {
      return Kind.ARRAY_LIST;
    }
    if (type != IMMUTABLE && type != IMMUTABLE_SMALL) {
      return null;
    }
    try {
      var _ = list.contains(null);
      return Kind.TO_LIST;
    } catch (NullPointerException e) {
      return Kind.OF;
    }
  }

  /** Returns whether it may have this form and is worth a look. */
  static boolean isLong(List<?> list, int least) {
    Class<?> type = list.getClass();
    return (type == ArrayList.class || type == IMMUTABLE) && list.size() >= least;
  }

  /** Returns the short form with its tag; null if an element is not plain, or they are too many. */
  static @Nullable ByteBuffer encode(Kind kind, List<?> list) {
    @Nullable Object[] elements = list.toArray();
    byte packed = packedTag(elements);
    long atFirst = (long) elements.length * (packed == MIXED ? USUAL_ELEMENT_BYTES : Long.BYTES);
    if (BEGIN_BYTES + atFirst > PlainValue.MOST_BYTES) {
      return null;
    }
    GrowingBuffer out = new GrowingBuffer(BEGIN_BYTES);
    out.room(BEGIN_BYTES).put((byte) kind.tag).putInt(elements.length).put(packed);
    if (packed != MIXED) {
      pack(elements, out.room((long) elements.length * packedBytes(packed)));
      return out.written();
    }
    SeenTexts seen = new SeenTexts(elements.length);
    for (int i = 0; i < elements.length; i++) {
      int before = elements[i] instanceof String text ? seen.before(text, i) : -1;
      if (before >= 0) {
        out.room(1 + Integer.BYTES).put(SAME).putInt(before);
      } else if (!PlainElement.write(elements[i], out)) {
        return null;
      }
      if (i == 0) { // it is worth the room
        out.room(atFirst);
      }
    }
    return out.written();
  }

  /** Returns the tag that all elements share, if they are all numbers of one type. */
  private static byte packedTag(@Nullable Object[] elements) {
    Object first = elements.length == 0 ? null : elements[0];
    byte tag =
        switch (first) {
          case Integer _ -> PlainElement.INTEGER;
          case Long _ -> PlainElement.LONG;
          case Double _ -> PlainElement.DOUBLE;
          case null, default -> MIXED;
        };
    if (first == null || tag == MIXED) {
      return MIXED;
    }
    Class<?> type = first.getClass();
    for (Object element : elements) {
      if (element == null || element.getClass() != type) {
        return MIXED;
      }
    }
    return tag;
  }

  private static void pack(@Nullable Object[] elements, ByteBuffer out) {
    for (Object element : elements) {
      switch (element) {
        case Integer number -> out.putInt(number);
        case Long number -> out.putLong(number);
        case Double number -> out.putLong(Double.doubleToRawLongBits(number));
        case null, default -> throw new AssertionError("not packed: " + element);
      }
    }
  }

  private static int packedBytes(byte packed) {
    return switch (packed) {
      case PlainElement.INTEGER -> Integer.BYTES;
      case PlainElement.LONG, PlainElement.DOUBLE -> Long.BYTES;
      case MIXED -> 1; // an element has that many at least
      default -> 0;
    };
  }

  /**
   * Returns the list of a short form whose tag has been read.
   *
   * @throws StreamCorruptedException if it is none, or not whole
   */
  static List<@Nullable Object> decode(Kind kind, ByteBuffer in) throws StreamCorruptedException {
    @Nullable Object[] elements;
    try {
      elements = elements(in);
    } catch (BufferUnderflowException e) {
      throw new StreamCorruptedException("a list ends within an element");
    }
    if (in.hasRemaining()) {
      throw new StreamCorruptedException("a list is " + in.remaining() + " bytes too long");
    }
    return list(kind, elements);
  }

  private static @Nullable Object[] elements(ByteBuffer in) throws StreamCorruptedException {
    int count = in.getInt();
    byte packed = in.get();
    int each = packedBytes(packed);
    if (each == 0) {
      throw new StreamCorruptedException("no list is packed as " + packed);
    }
    if (count < 0 || count > in.remaining() / each) {
      throw new StreamCorruptedException(
          "a list of " + count + " elements has " + in.remaining() + " bytes");
    }
    @Nullable Object[] elements = new @Nullable Object[count];
    for (int i = 0; i < count; i++) {
      elements[i] =
          switch (packed) {
            case PlainElement.INTEGER -> in.getInt();
            case PlainElement.LONG -> in.getLong();
            case PlainElement.DOUBLE -> Double.longBitsToDouble(in.getLong());
            default -> mixed(elements, i, in);
          };
    }
    return elements;
  }

  private static @Nullable Object mixed(@Nullable Object[] elements, int index, ByteBuffer in)
      throws StreamCorruptedException {
    if (in.hasRemaining() && in.get(in.position()) != SAME) {
      return PlainElement.read(in);
    }
    in.get();
    int before = in.getInt();
    if (before < 0 || before >= index) {
      throw new StreamCorruptedException(
          "element " + index + " of a list is to be the same as element " + before);
    }
    return elements[before];
  }

  @SuppressWarnings("NullAway") // what List.of does not take, it refuses
  private static List<@Nullable Object> list(Kind kind, @Nullable Object[] elements)
      throws StreamCorruptedException {
    try {
      return switch (kind) {
        case ARRAY_LIST -> new ArrayList<>(Arrays.asList(elements));
        case OF -> List.of(elements);
        case TO_LIST -> Arrays.stream(elements).toList();
      };
    } catch (NullPointerException e) {
      throw new StreamCorruptedException("a list that has no nulls has one");
    }
  }
}
