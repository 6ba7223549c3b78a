package dev.outlive.internal.protocol;

import java.io.StreamCorruptedException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The short form of values of the plainest types, for which the JDK's serialisation takes many
 * times as long as for what they are: a byte that says which, and the value.
 *
 * <pre>
 *   1 null   2 false   3 true   4 Integer (4)   5 Long (8)   6 Double (8)
 *   7 String, ISO 8859-1   8 String, UTF-16
 *   9 Byte (1)   10 Short (2)   11 Character (2)   12 Float (4)
 *   16 byte[]   17 short[]   18 char[]   19 int[]   20 long[]   21 float[]   22 double[]
 *   24 ArrayList   25 List.of   26 Stream.toList
 * </pre>
 *
 * <p>Big-endian, but for the arrays, see {@link ArrayKind}. Lists hold values of the forms up to
 * 12, see {@link PlainList}. A stream of the JDK's begins with 0xAC, so the two cannot be taken for
 * each other. Only exact types are taken: they have no code that could run, and need no filter.
 * Nothing is allocated that is larger than the bytes it is read from, but for the references of a
 * list.
 */
public final class PlainValue {
  /** No form is longer: arrays of more bytes are not to be had. */
  static final int MOST_BYTES = Integer.MAX_VALUE - 64;

  /** The room that {@link #put} wants. */
  public static final int LONGEST_PUT = 1 + Long.BYTES;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private PlainValue() {}

  /** Returns the short form; null if the value has none. */
  public static @Nullable ByteBuffer encode(@Nullable Object value) {
    if (value instanceof List<?> list) {
      PlainList.Kind kind = PlainList.kind(list);
      return kind == null ? null : PlainList.encode(kind, list);
    }
    if (value != null && value.getClass().isArray()) {
      ArrayKind kind = ArrayKind.of(value);
      return kind == null ? null : encode(kind, value);
    }
    return PlainElement.encodeAlone(value);
  }

  private static @Nullable ByteBuffer encode(ArrayKind kind, Object array) {
    long bytes = kind.bytes(array);
    if (bytes >= MOST_BYTES) {
      return null;
    }
    ByteBuffer out = ByteBuffer.allocate(1 + (int) bytes).put(kind.tag());
    kind.write(array, out);
    return out.flip();
  }

  /** Whether a value is one that {@link #put} takes where there is room. */
  public static boolean takes(@Nullable Object value) {
    return value instanceof Integer || value instanceof Long || value instanceof Double;
  }

  /**
   * Puts the short form of a number of the most usual types into a buffer, for which it needs
   * nothing else.
   *
   * @return where it ends; -1 if the value is none of those, or there is no room
   */
  public static int put(@Nullable Object value, byte[] into, int at) {
    if (into.length - at < LONGEST_PUT) {
      return -1;
    }
    return switch (value) {
      case Integer number -> {
        into[at] = PlainElement.INTEGER;
        INT.set(into, at + 1, (int) number);
        yield at + 1 + Integer.BYTES;
      }
      case Long number -> {
        into[at] = PlainElement.LONG;
        LONG.set(into, at + 1, (long) number);
        yield at + 1 + Long.BYTES;
      }
      case Double number -> {
        into[at] = PlainElement.DOUBLE;
        LONG.set(into, at + 1, Double.doubleToRawLongBits(number));
        yield at + 1 + Long.BYTES;
      }
      case null, default -> -1;
    };
  }

  /** Returns the short form of a value that is immutable, no list or array; null if it has none. */
  public static @Nullable ByteBuffer encodeElement(@Nullable Object value) {
    return PlainElement.encodeAlone(value);
  }

  /** Whether these bytes are a short form. */
  public static boolean owns(ByteBuffer bytes) {
    return bytes.hasRemaining() && bytes.get(bytes.position()) > 0;
  }

  /**
   * Returns the value of a short form.
   *
   * @throws StreamCorruptedException if it is none, or not whole
   */
  public static @Nullable Object decode(ByteBuffer bytes) throws StreamCorruptedException {
    return decode(bytes, bytes.position(), bytes.remaining());
  }

  /** As {@link #decode(ByteBuffer)}, of a part of the bytes, which is not empty. */
  static @Nullable Object decode(ByteBuffer bytes, int from, int length)
      throws StreamCorruptedException {
    byte tag = bytes.get(from);
    if (tag == PlainElement.INTEGER && length == 1 + Integer.BYTES) { // most are: without a slice
      return bytes.getInt(from + 1);
    }
    ByteBuffer in = bytes.slice(from + 1, length - 1);
    PlainList.Kind list = PlainList.Kind.tagged(tag);
    if (list != null) {
      return PlainList.decode(list, in);
    }
    ArrayKind array = ArrayKind.tagged(tag);
    return array == null ? PlainElement.decodeAlone(tag, in) : decode(array, in);
  }

  private static Object decode(ArrayKind kind, ByteBuffer in) throws StreamCorruptedException {
    if (in.remaining() % kind.elementBytes() != 0) {
      throw new StreamCorruptedException(
          "an array of elements of "
              + kind.elementBytes()
              + " bytes has "
              + in.remaining()
              + " bytes");
    }
    return kind.read(in);
  }
}
