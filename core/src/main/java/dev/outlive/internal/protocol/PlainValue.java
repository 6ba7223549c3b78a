package dev.outlive.internal.protocol;

import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The short form of values of the plainest types, for which the JDK's serialisation takes twenty
 * times as long as for what they are: a byte that says which, and the value, big-endian.
 *
 * <pre>
 *   1 null   2 false   3 true   4 Integer (4)   5 Long (8)   6 Double (8)
 *   7 String, ISO 8859-1   8 String, UTF-16
 * </pre>
 *
 * <p>A stream of the JDK's begins with 0xAC, so the two cannot be taken for each other. Only exact
 * types are taken: they have no code that could run, and need no filter.
 */
public final class PlainValue {
  private static final byte NULL = 1;
  private static final byte FALSE = 2;
  private static final byte TRUE = 3;
  private static final byte INTEGER = 4;
  private static final byte LONG = 5;
  private static final byte DOUBLE = 6;
  private static final byte LATIN = 7;
  private static final byte WIDE = 8;

  private PlainValue() {}

  /** Returns the short form; null if the value has none. */
  public static @Nullable ByteBuffer encode(@Nullable Object value) {
    return switch (value) {
      case null -> tagged(NULL, 0).flip();
      case Boolean flag -> tagged(flag ? TRUE : FALSE, 0).flip();
      case Integer number -> tagged(INTEGER, Integer.BYTES).putInt(number).flip();
      case Long number -> tagged(LONG, Long.BYTES).putLong(number).flip();
      case Double number ->
          tagged(DOUBLE, Double.BYTES).putLong(Double.doubleToRawLongBits(number)).flip();
      case String text -> encode(text);
      default -> null;
    };
  }

  private static ByteBuffer tagged(byte tag, int length) {
    return ByteBuffer.allocate(1 + length).put(tag);
  }

  /** Text keeps each of its 16-bit units, lone surrogates too. Null if it is too long for this. */
  private static @Nullable ByteBuffer encode(String text) {
    if (text.chars().allMatch(unit -> unit < 0x100)) {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      return tagged(LATIN, bytes.length).put(bytes).flip();
    }
    if (text.length() > Integer.MAX_VALUE / Character.BYTES - 1) {
      return null;
    }
    ByteBuffer out = tagged(WIDE, text.length() * Character.BYTES);
    for (int i = 0; i < text.length(); i++) {
      out.putChar(text.charAt(i));
    }
    return out.flip();
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
    ByteBuffer in = bytes.slice();
    byte tag = in.get();
    return switch (tag) {
      case NULL -> {
        whole(in, 0);
        yield null;
      }
      case FALSE, TRUE -> {
        whole(in, 0);
        yield tag == TRUE;
      }
      case INTEGER -> whole(in, Integer.BYTES).getInt();
      case LONG -> whole(in, Long.BYTES).getLong();
      case DOUBLE -> Double.longBitsToDouble(whole(in, Double.BYTES).getLong());
      case LATIN -> StandardCharsets.ISO_8859_1.decode(in).toString();
      case WIDE -> wide(in);
      default -> throw new StreamCorruptedException("no value begins with " + tag);
    };
  }

  private static ByteBuffer whole(ByteBuffer in, int length) throws StreamCorruptedException {
    if (in.remaining() != length) {
      throw new StreamCorruptedException(
          "a value of " + length + " bytes has " + in.remaining() + " bytes");
    }
    return in;
  }

  private static String wide(ByteBuffer in) throws StreamCorruptedException {
    if (in.remaining() % Character.BYTES != 0) {
      throw new StreamCorruptedException("text of 16-bit units has " + in.remaining() + " bytes");
    }
    return in.asCharBuffer().toString();
  }
}
