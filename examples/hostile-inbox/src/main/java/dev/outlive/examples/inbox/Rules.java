package dev.outlive.examples.inbox;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Plain text that says which of its own lines to leave out: each line {@code omit: REGEX} is a
 * rule, and a line that a rule matches is no part of the text.
 */
final class Rules {
  static final String PREFIX = "omit: ";

  private Rules() {}

  /** The text without its rules and without the lines they match. */
  static String apply(String document) {
    List<Pattern> rules = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (String line : document.lines().toList()) {
      if (line.startsWith(PREFIX)) {
        rules.add(Pattern.compile(line.substring(PREFIX.length())));
      } else {
        lines.add(line);
      }
    }
    return lines.stream()
        .filter(line -> rules.stream().noneMatch(rule -> rule.matcher(line).matches()))
        .collect(Collectors.joining("\n"));
  }
}
