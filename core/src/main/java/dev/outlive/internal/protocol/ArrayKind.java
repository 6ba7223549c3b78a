package dev.outlive.internal.protocol;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The arrays that travel as what their memory is, little-endian: a copy, where the JDK's
 * serialisation turns each element around. Not those of booleans, which no buffer can take.
 */
enum ArrayKind {
  BYTE(16, byte.class, Byte.BYTES),
  SHORT(17, short.class, Short.BYTES),
  CHAR(18, char.class, Character.BYTES),
  INT(19, int.class, Integer.BYTES),
  LONG(20, long.class, Long.BYTES),
  FLOAT(21, float.class, Float.BYTES),
  DOUBLE(22, double.class, Double.BYTES);

  private static final ArrayKind[] ALL = values();

  private final int tag;
  private final Class<?> element;
  private final int elementBytes;

  ArrayKind(int tag, Class<?> element, int elementBytes) {
    this.tag = tag;
    this.element = element;
    this.elementBytes = elementBytes;
  }

  /** Returns the kind of an array; null if the value is not an array of these. */
  static @Nullable ArrayKind of(@Nullable Object value) {
    return switch (value) {
      case byte[] _ -> BYTE;
      case short[] _ -> SHORT;
      case char[] _ -> CHAR;
      case int[] _ -> INT;
      case long[] _ -> LONG;
      case float[] _ -> FLOAT;
      case double[] _ -> DOUBLE;
      case null, default -> null;
    };
  }

  /** Returns the kind of a tag; null if there is none. */
  static @Nullable ArrayKind tagged(int tag) {
    int place = tag - BYTE.tag;
    return place >= 0 && place < ALL.length ? ALL[place] : null;
  }

  /** Returns what stands for the kind in what is written. */
  byte tag() {
    return (byte) tag;
  }

  int elementBytes() {
    return elementBytes;
  }

  /** Returns how many bytes the elements of an array of this kind have. */
  long bytes(Object array) {
    return (long) elementBytes * Array.getLength(array);
  }

  /** Writes the elements of an array of this kind, and moves on behind them. */
  void write(Object array, ByteBuffer out) {
    ByteBuffer to = out.slice().order(ByteOrder.LITTLE_ENDIAN);
    switch (this) {
      case BYTE -> to.put((byte[]) array);
      case SHORT -> to.asShortBuffer().put((short[]) array);
      case CHAR -> to.asCharBuffer().put((char[]) array);
      case INT -> to.asIntBuffer().put((int[]) array);
      case LONG -> to.asLongBuffer().put((long[]) array);
      case FLOAT -> to.asFloatBuffer().put((float[]) array);
      case DOUBLE -> to.asDoubleBuffer().put((double[]) array);
    }
    out.position(out.position() + (int) bytes(array));
  }

  /** Returns an array of this kind, of all that is left of the buffer: a multiple of an element. */
  Object read(ByteBuffer in) {
    ByteBuffer from = in.slice().order(ByteOrder.LITTLE_ENDIAN);
    Object array = Array.newInstance(element, in.remaining() / elementBytes);
    switch (this) {
      case BYTE -> from.get((byte[]) array);
      case SHORT -> from.asShortBuffer().get((short[]) array);
      case CHAR -> from.asCharBuffer().get((char[]) array);
      case INT -> from.asIntBuffer().get((int[]) array);
      case LONG -> from.asLongBuffer().get((long[]) array);
      case FLOAT -> from.asFloatBuffer().get((float[]) array);
      case DOUBLE -> from.asDoubleBuffer().get((double[]) array);
    }
    in.position(in.limit());
    return array;
  }
}
