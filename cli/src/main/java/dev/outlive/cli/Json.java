package dev.outlive.cli;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes one JSON object on one line (RFC 8259). Confined to one thread. */
final class Json {
  private static final int FIRST_PRINTABLE = 0x20;

  private final StringBuilder text = new StringBuilder("{");

  Json with(String name, @Nullable String value) {
    return raw(name, value == null ? "null" : quoted(value));
  }

  Json with(String name, long value) {
    return raw(name, Long.toString(value));
  }

  Json with(String name, boolean value) {
    return raw(name, Boolean.toString(value));
  }

  Json with(String name, List<String> values) {
    return raw(name, "[" + String.join(",", values.stream().map(Json::quoted).toList()) + "]");
  }

  private Json raw(String name, String value) {
    if (text.length() > 1) {
      text.append(',');
    }
    text.append(quoted(name)).append(':').append(value);
    return this;
  }

  /** A lone surrogate is escaped: UTF-8 has no bytes for it. */
  private static String quoted(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    value
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                  boolean lone = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
                  if (c < FIRST_PRINTABLE || lone) {
                    quoted.append(String.format(Locale.ROOT, "\\u%04x", c));
                  } else {
                    quoted.appendCodePoint(c);
                  }
                }
              }
            });
    return quoted.append('"').toString();
  }

  /** Returns the object. */
  @Override
  public String toString() {
    return text + "}";
  }
}
