package dev.outlive.task;

import java.util.Objects;

/** The rule for names that appear in {@code ps}, logs, threads and messages. */
final class Names {
  private static final int LONGEST = 200;

  private Names() {}

  static String checked(String name) {
    Objects.requireNonNull(name, "name");
    if (name.isBlank()
        || name.length() > LONGEST
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a name must be 1.." + LONGEST + " characters, none of them a control, name=" + name);
    }
    return name;
  }
}
