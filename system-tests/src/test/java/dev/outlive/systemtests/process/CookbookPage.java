package dev.outlive.systemtests.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The recipes of {@code docs/cookbook.md} and their sources. A recipe is a block of Java, which
 * begins with its class, and a block of what it prints, in which {@code …} stands for what differs:
 * within a line for any text, alone on a line for any lines.
 */
final class CookbookPage {
  private static final String BEGIN = "public final class ";
  private static final Pattern RECIPE =
      Pattern.compile(
          "```java\n(" + BEGIN + "(\\w+).*?)```\nprints\n```\n(.*?)```\n", Pattern.DOTALL);

  private CookbookPage() {}

  /**
   * One recipe.
   *
   * @param name the simple name of its class
   * @param code its class as the page has it
   * @param prints what it prints as the page has it
   */
  record Recipe(String name, String code, String prints) {
    Class<?> main() throws ClassNotFoundException {
      return Class.forName("dev.outlive.examples.cookbook." + name);
    }

    /** Returns its class as the source has it: all but package, imports and comment. */
    String source() throws IOException {
      String text = Files.readString(sources().resolve(name + ".java"));
      return text.substring(text.indexOf(BEGIN));
    }

    /** Returns what matches all that it may print. */
    Pattern output() {
      return Pattern.compile(prints.lines().map(Recipe::lineOrLines).collect(Collectors.joining()));
    }

    private static String lineOrLines(String line) {
      if (line.equals("…")) {
        return "(?:.*\n)*?";
      }
      return Arrays.stream(line.split("…", -1))
              .map(Pattern::quote)
              .collect(Collectors.joining(".*"))
          + "\n";
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Recipe> recipes() throws IOException {
    return RECIPE
        .matcher(Files.readString(root().resolve("docs/cookbook.md")))
        .results()
        .map(CookbookPage::recipe)
        .toList();
  }

  private static Recipe recipe(MatchResult found) {
    return new Recipe(found.group(2), found.group(1), found.group(3));
  }

  /** Returns the programs that there are, by the names of their files. */
  static List<String> programs() throws IOException {
    try (Stream<Path> files = Files.list(sources())) {
      return files
          .map(file -> file.getFileName().toString().replace(".java", ""))
          .filter(name -> !name.equals("package-info"))
          .toList();
    }
  }

  private static Path sources() {
    return root().resolve("examples/cookbook/src/main/java/dev/outlive/examples/cookbook");
  }

  private static Path root() {
    Path path = Path.of("").toAbsolutePath();
    while (!Files.exists(path.resolve("docs/cookbook.md"))) {
      path = path.getParent();
      if (path == null) {
        throw new AssertionError("no docs/cookbook.md above " + Path.of("").toAbsolutePath());
      }
    }
    return path;
  }
}
