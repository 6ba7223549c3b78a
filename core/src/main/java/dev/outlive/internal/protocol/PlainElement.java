package dev.outlive.internal.protocol;

import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The forms of a {@link PlainValue} that are one value, alone or as an element of a list. Alone, a
 * String has no length: it ends with its bytes.
 */
final class PlainElement {
  static final byte INTEGER = 4;
  static final byte LONG = 5;
  static final byte DOUBLE = 6;

  private static final byte NULL = 1;
  private static final byte FALSE = 2;
  private static final byte TRUE = 3;
  private static final byte LATIN = 7;
  private static final byte WIDE = 8;
  private static final byte BYTE = 9;
  private static final byte SHORT = 10;
  private static final byte CHARACTER = 11;
  private static final byte FLOAT = 12;

  private PlainElement() {}

  /** Whether a form begins with this. */
  static boolean owns(byte tag) {
    return tag >= NULL && tag <= FLOAT;
  }

  /** Returns the form of a value that stands alone; null if it has none. */
  static @Nullable ByteBuffer encodeAlone(@Nullable Object value) {
    if (value instanceof String text) {
      byte[] latin = latin(text);
      return latin == null
          ? wide(text, 1 + (long) Character.BYTES * text.length())
          : ByteBuffer.allocate(1 + latin.length).put(LATIN).put(latin).flip();
    }
    GrowingBuffer out = new GrowingBuffer(1 + Long.BYTES);
    return write(value, out) ? out.written() : null;
  }

  private static @Nullable ByteBuffer wide(String text, long bytes) {
    return bytes > PlainValue.MOST_BYTES
        ? null
        : put(text, ByteBuffer.allocate((int) bytes).put(WIDE)).flip();
  }

  /** Text keeps each of its 16-bit units, lone surrogates too. */
  private static ByteBuffer put(String text, ByteBuffer out) {
    out.slice().asCharBuffer().put(text);
    return out.position(out.position() + Character.BYTES * text.length());
  }

  /**
   * Returns text as ISO 8859-1; null if it is none. The JVM compares and copies by the dozen: a
   * look at each character takes ten times as long.
   */
  private static byte @Nullable [] latin(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return new String(bytes, StandardCharsets.ISO_8859_1).equals(text) ? bytes : null;
  }

  /** Writes an element; returns false if it has no form. */
  static boolean write(@Nullable Object value, GrowingBuffer out) {
    switch (value) {
      case null -> out.room(1).put(NULL);
      case Boolean flag -> out.room(1).put(flag ? TRUE : FALSE);
      case Integer number -> out.room(5).put(INTEGER).putInt(number);
      case Long number -> out.room(9).put(LONG).putLong(number);
      case Double number -> out.room(9).put(DOUBLE).putLong(Double.doubleToRawLongBits(number));
      case Byte number -> out.room(2).put(BYTE).put(number);
      case Short number -> out.room(3).put(SHORT).putShort(number);
      case Character unit -> out.room(3).put(CHARACTER).putChar(unit);
      case Float number -> out.room(5).put(FLOAT).putInt(Float.floatToRawIntBits(number));
      case String text -> write(text, out);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void write(String text, GrowingBuffer out) {
    byte[] latin = latin(text);
    long bytes = latin == null ? (long) Character.BYTES * text.length() : latin.length;
    ByteBuffer room = out.room(1 + Integer.BYTES + bytes);
    room.put(latin == null ? WIDE : LATIN).putInt((int) bytes);
    if (latin == null) {
      put(text, room);
    } else {
      room.put(latin);
    }
  }

  /** Returns the value of a form that stands alone, whose tag has been read. */
  static @Nullable Object decodeAlone(byte tag, ByteBuffer in) throws StreamCorruptedException {
    if (tag == LATIN || tag == WIDE) {
      return text(tag, in);
    }
    int length =
        switch (tag) {
          case NULL, FALSE, TRUE -> 0;
          case BYTE -> Byte.BYTES;
          case SHORT, CHARACTER -> Short.BYTES;
          case INTEGER, FLOAT -> Integer.BYTES;
          case LONG, DOUBLE -> Long.BYTES;
          default -> throw new StreamCorruptedException("no value begins with " + tag);
        };
    if (in.remaining() != length) {
      throw new StreamCorruptedException(
          "a value of " + length + " bytes has " + in.remaining() + " bytes");
    }
    return fixed(tag, in);
  }

  /**
   * Reads an element, which may end too early.
   *
   * @throws java.nio.BufferUnderflowException if it does
   */
  static @Nullable Object read(ByteBuffer in) throws StreamCorruptedException {
    byte tag = in.get();
    if (tag != LATIN && tag != WIDE) {
      return fixed(tag, in);
    }
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new StreamCorruptedException(
          "text of " + length + " bytes has " + in.remaining() + " bytes");
    }
    ByteBuffer own = in.slice(in.position(), length);
    in.position(in.position() + length);
    return text(tag, own);
  }

  private static @Nullable Object fixed(byte tag, ByteBuffer in) throws StreamCorruptedException {
    return switch (tag) {
      case NULL -> null;
      case FALSE, TRUE -> tag == TRUE;
      case INTEGER -> in.getInt();
      case LONG -> in.getLong();
      case DOUBLE -> Double.longBitsToDouble(in.getLong());
      case BYTE -> in.get();
      case SHORT -> in.getShort();
      case CHARACTER -> in.getChar();
      case FLOAT -> Float.intBitsToFloat(in.getInt());
      default -> throw new StreamCorruptedException("no value begins with " + tag);
    };
  }

  private static String text(byte tag, ByteBuffer in) throws StreamCorruptedException {
    if (tag == LATIN) {
      byte[] bytes = new byte[in.remaining()];
      in.get(bytes);
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
    if (in.remaining() % Character.BYTES != 0) {
      throw new StreamCorruptedException("text of 16-bit units has " + in.remaining() + " bytes");
    }
    return in.asCharBuffer().toString();
  }
}
