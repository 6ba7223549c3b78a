package dev.outlive.internal.protocol;

/** The numbers among the short forms that are usual, as bits instead of objects. */
public final class PlainNumber {
  /** The form of what is no such number. */
  public static final byte NONE = 0;

  private PlainNumber() {}

  /** Returns the form of a value that begins with this byte and has that length in all. */
  static byte form(byte tag, int length) {
    return switch (tag) {
      case PlainElement.INTEGER -> length == 1 + Integer.BYTES ? tag : NONE;
      case PlainElement.LONG, PlainElement.DOUBLE -> length == 1 + Long.BYTES ? tag : NONE;
      default -> NONE;
    };
  }

  /** Whether numbers of a form have more than 32 bits. */
  public static boolean isWide(byte form) {
    return form != PlainElement.INTEGER;
  }

  /** Returns the number of a form, whose bits are the low ones. */
  public static Number of(byte form, long bits) {
    return switch (form) {
      case PlainElement.INTEGER -> Integer.valueOf((int) bits);
      case PlainElement.LONG -> Long.valueOf(bits);
      case PlainElement.DOUBLE -> Double.valueOf(Double.longBitsToDouble(bits));
      default -> throw new IllegalArgumentException("no number has the form " + form);
    };
  }
}
