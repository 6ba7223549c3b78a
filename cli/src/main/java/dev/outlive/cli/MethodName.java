package dev.outlive.cli;

import java.io.Serializable;

/**
 * Names a public static method that takes one {@code String}.
 *
 * @param className the binary name of its class
 * @param name its own name
 */
record MethodName(String className, String name) implements Serializable {
  private static final String SEPARATOR = "::";

  /**
   * Reads {@code Class::method}.
   *
   * @throws UsageException if it is written otherwise
   */
  static MethodName parse(String text) {
    int at = text.indexOf(SEPARATOR);
    int behind = at + SEPARATOR.length();
    if (at <= 0 || behind == text.length() || text.indexOf(SEPARATOR, behind) >= 0) {
      throw new UsageException(
          "--java takes Class::method, such as com.acme.Invoice::total, --java=" + text);
    }
    return new MethodName(text.substring(0, at), text.substring(behind));
  }

  /** Returns {@code Class::method}. */
  @Override
  public String toString() {
    return className + SEPARATOR + name;
  }
}
