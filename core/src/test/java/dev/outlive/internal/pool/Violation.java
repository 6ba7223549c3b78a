package dev.outlive.internal.pool;

/** What an oracle throws when a pool did what it must not, or did not what it must. */
final class Violation extends AssertionError {
  private static final long serialVersionUID = 1;

  Violation(String message) {
    super(message);
  }

  static void unless(boolean lawful, String format, Object... values) {
    if (!lawful) {
      throw new Violation(String.format(format, values));
    }
  }
}
