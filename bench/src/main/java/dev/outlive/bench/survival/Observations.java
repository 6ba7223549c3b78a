package dev.outlive.bench.survival;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was seen in one scenario: facts by name, as text, numbers and truth values. Travels as one
 * line of flat JSON, from scenarios in Java and in Python alike. Immutable.
 */
final class Observations {
  /** Whether there is something to judge: a scenario that could not do its injury says why. */
  static final String ERROR = "error";

  /** Whether the scenario asks to be killed, as the parent of its workers. */
  static final String KILL_ME = "killMe";

  private static final Pattern PAIR =
      Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"\\s*:\\s*(\"(?:[^\"\\\\]|\\\\.)*\"|[^,}\\s]+)");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(u[0-9a-fA-F]{4}|.)");
  private static final int FIRST_PRINTABLE = 0x20;
  private static final int LAST_PRINTABLE = 0x7e;

  private final Map<String, String> values;

  private Observations(Map<String, String> values) {
    this.values = values;
  }

  /** Nothing was seen. */
  static Observations none() {
    return new Observations(Map.of());
  }

  /** The scenario failed before there was something to see. */
  static Observations error(String why) {
    return none().with(ERROR, why);
  }

  Observations with(String name, String value) {
    return and(name, quoted(value));
  }

  Observations with(String name, long value) {
    return and(name, Long.toString(value));
  }

  Observations with(String name, double value) {
    return and(name, String.format(Locale.ROOT, "%.3f", value));
  }

  Observations with(String name, boolean value) {
    return and(name, Boolean.toString(value));
  }

  /** Both; of a name that both have, the other's value. */
  Observations with(Observations others) {
    Map<String, String> all = new LinkedHashMap<>(values);
    all.putAll(others.values);
    return new Observations(all);
  }

  private Observations and(String name, String json) {
    return with(new Observations(Map.of(name, json)));
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name)).filter(Observations::isText).map(this::plain);
  }

  OptionalDouble number(String name) {
    String value = values.getOrDefault(name, "");
    return value.matches("-?[0-9.]+(?:[eE][-+]?[0-9]+)?")
        ? OptionalDouble.of(Double.parseDouble(value))
        : OptionalDouble.empty();
  }

  boolean is(String name) {
    return "true".equals(values.get(name));
  }

  private static boolean isText(String json) {
    return json.startsWith("\"");
  }

  private String plain(String json) {
    return unescaped(json.substring(1, json.length() - 1));
  }

  /**
   * Reads a flat object; what is nested is refused.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Observations parse(String json) {
    String line = json.strip();
    Map<String, String> values = new LinkedHashMap<>();
    Matcher pairs = PAIR.matcher(line);
    int end = Math.min(1, line.length());
    while (pairs.find(end) && line.substring(end, pairs.start()).matches("\\s*,?\\s*")) {
      values.put(unescaped(pairs.group(1)), pairs.group(2));
      end = pairs.end();
    }
    if (!line.startsWith("{") || !line.substring(end).strip().equals("}")) {
      throw new IllegalArgumentException("no flat object of JSON: " + json);
    }
    return new Observations(values);
  }

  private static String unescaped(String text) {
    return ESCAPE
        .matcher(text)
        .replaceAll(
            escape -> {
              String code = escape.group(1);
              char character =
                  switch (code.charAt(0)) {
                    case 'n' -> '\n';
                    case 't' -> '\t';
                    case 'r' -> '\r';
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case 'u' ->
                        code.length() > 1 ? (char) Integer.parseInt(code.substring(1), 16) : 'u';
                    default -> code.charAt(0);
                  };
              return Matcher.quoteReplacement(String.valueOf(character));
            });
  }

  /** Returns the text as JSON; all but plain ASCII is escaped, so that no encoding matters. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character == '"' || character == '\\') {
        quoted.append('\\').append(character);
      } else if (character < FIRST_PRINTABLE || character > LAST_PRINTABLE) {
        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) character));
      } else {
        quoted.append(character);
      }
    }
    return quoted.append('"').toString();
  }

  /** Returns the line that {@link #parse} reads. */
  String toJson() {
    StringBuilder line = new StringBuilder("{");
    values.forEach(
        (name, value) -> {
          if (line.length() > 1) {
            line.append(", ");
          }
          line.append(quoted(name)).append(": ").append(value);
        });
    return line.append('}').toString();
  }

  @Override
  public String toString() {
    return toJson();
  }
}
